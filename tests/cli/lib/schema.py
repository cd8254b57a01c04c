"""schema.py SCHEMA check|break FILE - JSON lines held against a schema.

check: each line fits.  break: each line fits, and does not once anything of it is changed: a key more, a key less, a
value of another kind, a number below zero.  Says what is wrong, and ends with 1.
"""

import copy
import json
import sys

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match


DATES = ("created_ns", "water_ns", "at_ns", "from_ns", "to_ns")  # may be before 1970


def places(value, path=()):
    """All values in it, with how to get there."""
    yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, path + (key,))


def shortened(value):
    """Without all but the first of each list: the others are of the same form."""
    if isinstance(value, dict):
        return {key: shortened(child) for key, child in value.items()}
    return [shortened(child) for child in value[:1]] if isinstance(value, list) else value


def changed(document, path, change):
    """A copy in which the value at the path was replaced, or (change is None) taken away."""
    document = copy.deepcopy(document)
    at = document
    for key in path[:-1]:
        at = at[key]
    if change is None:
        del at[path[-1]]
    else:
        at[path[-1]] = change(at[path[-1]])
    return document


def broken(document):
    """Documents that are wrong in one thing, and in which."""
    yield "no object", [document]
    for path, value in places(document):
        name = "/".join(map(str, path))
        named = path and path[-2:-1] and path[-2] in ("start", "cursor", "blocked_by")
        if isinstance(value, dict):
            more = {**value, "nonsense": "text"}
            yield f"{name} with a key more", changed(document, path, lambda _: more) if path else more
        if not path:
            continue
        if isinstance(path[-1], str) and not named:
            yield f"{name} is missing", changed(document, path, None)
        yield f"{name} is null", changed(document, path, lambda _: None)
        other = 1 if isinstance(value, str) else "text"
        yield f"{name} is of another kind", changed(document, path, lambda _: other)
        if isinstance(value, int) and not isinstance(value, bool) and not path[-1].endswith(DATES):
            yield f"{name} is below zero", changed(document, path, lambda _: -1)


def main():
    schema_file, mode, file = sys.argv[1:]
    with open(schema_file, encoding="utf-8") as f:
        schema = json.load(f)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    wrong = 0
    with open(file, encoding="utf-8") as f:
        lines = f.read().splitlines()
    if not lines:
        sys.exit(f"{file}: no line")
    for nr, line in enumerate(lines, 1):
        document = json.loads(line)
        for error in validator.iter_errors(document):
            print(f"{file}:{nr}: {best_match([error]).message[:400]}")
            wrong += 1
        for what, variant in broken(shortened(document)) if mode == "break" else ():
            if validator.is_valid(variant):
                print(f"{file}:{nr}: fits although {what}")
                wrong += 1
    sys.exit(1 if wrong else 0)


main()
