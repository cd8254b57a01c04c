"""browser.py URL WIDTHxHEIGHT light|dark PICTURE EXPRESSION... - opens a page in headless Chromium and prints, one a line,
what each JavaScript expression is once it is true (text as it is, other values as JSON).  PICTURE: a .png of the whole page
as it is then; - : none.  Whatever the page says on its console is an error.  Talks to the browser by --remote-debugging-pipe:
messages of JSON, each ended by a NUL.  Exit code 1: an expression did not come true in 20 s."""
import base64
import json
import os
import subprocess
import sys
import tempfile
import time

LIMIT_S = 20


class Browser:
    def __init__(self, program, folder):
        to_read, self.to = os.pipe()
        self.back, back_write = os.pipe()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
                 "--user-data-dir=" + folder]

        def arrange():
            # Descriptors 3 and 4 by name; high copies first, so that neither is overwritten by the other.
            high = [os.dup2(to_read, 100), os.dup2(back_write, 101)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        with open(os.devnull, "wb") as nothing:
            self.process = subprocess.Popen([program] + flags, stdin=nothing, stdout=nothing, stderr=nothing,
                                            preexec_fn=arrange, close_fds=False)
        os.close(to_read)
        os.close(back_write)
        self.number = 0
        self.rest = b""
        self.said = []
        self.session = None

    def receive(self):
        while b"\0" not in self.rest:
            part = os.read(self.back, 1 << 20)
            if not part:
                raise SystemExit("the browser has ended")
            self.rest += part
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        while True:
            answer = self.receive()
            if answer.get("method") in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
                self.said.append(json.dumps(answer["params"])[:500])
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(method + ": " + answer["error"]["message"])
                return answer["result"]

    def open(self, url, width, height, scheme):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Runtime", "Log", "Page"):
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=url)

    def value(self, expression):
        """Once it is true; None: it did not become so."""
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)["result"]
            if result.get("value"):
                return result["value"]
            time.sleep(0.05)  # between two looks at what changes by itself
        return None

    def picture(self, path):
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def end(self):
        self.session = None
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except (SystemExit, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def main(url, size, scheme, picture, *expressions):
    width, height = (int(n) for n in size.split("x"))
    code = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(os.environ.get("CHROMIUM", "chromium"), folder)
        try:
            browser.open(url, width, height, scheme)
            for expression in expressions:
                value = browser.value(expression)
                print(value if isinstance(value, str) else json.dumps(value), flush=True)
                code = code or value is None
            if picture != "-":
                browser.picture(picture)
        finally:
            browser.end()
    for said in browser.said:
        print("console: " + said)
        code = 1
    return int(code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
