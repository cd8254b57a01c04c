/* life.pml - creation, attach, end and removal of a ring (registry.c, segment.c, lock.c, producer.c open).
 *
 * NF feeds and NC consumers start at once, RUNS times each; KP kills hit them (KILL: that one) between two system
 * calls: locks and descriptors vanish, names and shared words stay.  Who was killed is started again.
 * One ring name; files (inodes) are numbered in order of creation.  A file has a lock byte for its lane,
 * for each of NM consumers' places, and for each name; a range lock over all is for removal.  A system
 * call is one step.  Names of semaphores carry the file's instance.
 *
 *   SAMENAME  the feeds have one name (else: one lane for several names, some are refused)
 *   SAMEID    the consumers have one name     GEOM  feeds want rings of different size, in turn
 *   KEEP      feed 0 keeps the ring             TAKEN     somebody takes the name away, by hand
 *   HOLDS     the hold of the dead may be over at any moment        TMPNAME  no O_TMPFILE
 * Checked: who is in is on the file that has the name; no name is in two places; no ring goes that somebody
 * could resume; nobody is refused without cause; at the end nothing is left.  BUG_x: seeded faults. */
#ifndef NF
#define NF 1
#endif
#ifndef NC
#define NC 1
#endif
#ifndef NM
#define NM NC
#endif
#ifndef RUNS
#define RUNS 1
#endif
#ifndef KP
#define KP 0
#endif
#define NP (NF+NC)
#ifndef MAXI
#define MAXI 8
#endif
#define FEED(p) ((p)<NF)
#define LANE 0
#define MEMBER(k) (1+(k))
#if defined(SAMENAME)
#define NAME(p) (FEED(p) -> 0 : 0+p)
#elif defined(SAMEID)
#define NAME(p) (FEED(p) -> 0+p : NF)
#else
#define NAME(p) (0+p)
#endif
#define NAME_BYTE(p) (1+NM+NAME(p))
#define NB (1+NM+NP)
#ifdef KEEP
#define KEEPS(p) ((p)==0)
#else
#define KEEPS(p) false
#endif
#define FREE 0                        /* states of places */
#define ACTIVE 1                      /* of a lane: open */
#define DONE 2                        /* of a lane: closed */

byte name, ninode; bool sem[MAXI];    /* name -> file; its semaphores' names exist */
byte lk[MAXI*NB], range[MAXI];        /* owner+1 of a byte, of all */
byte lane[MAXI], lane_name[MAXI], st[MAXI*NM], st_name[MAXI*NM]; bool undrained[MAXI*NM], magic[MAXI], size[MAXI], kept[MAXI];
byte in[NP], tmp, kp=KP, done, feeds_done; bool kill[NP], past, killed, taken;
#define L(i,b)  lk[(i)*NB+(b)]
#define S(i,k)  st[(i)*NM+(k)]
#define SN(i,k) st_name[(i)*NM+(k)]
#define U(i,k)  undrained[(i)*NM+(k)]
#define KEPT(i,k) (S(i,k)==ACTIVE && U(i,k) && !past)              /* not reclaimable */
#if NM>1
#define ANY_KEPT(i) (KEPT(i,0) || KEPT(i,1))
#else
#define ANY_KEPT(i) KEPT(i,0)
#endif
#define SPENT(i) (lane[i]!=ACTIVE && !kept[i] && !ANY_KEPT(i))                 /* tr_registry_is_spent */

/* tr_lock_take: rc 0 ours, 1 EBUSY, 2 EAGAIN (all bytes are held: a removal; or free again) */
inline take(b) {
  d_step { if :: range[i]==0 && L(i,b)==0 -> L(i,b)=p+1; rc=0 :: else -> rc=1 fi };
#ifndef BUG_EAGAINFAIL
  if :: rc==1 -> d_step { if :: range[i]!=0 || L(i,b)==0 -> rc=2 :: else fi } :: else fi
#endif
}
inline drop(b) { d_step { if :: L(i,b)==p+1 -> L(i,b)=0 :: else fi } }
inline drop_all_now() { b=0; do :: b<MAXI*NB -> if :: lk[b]==p+1 -> lk[b]=0 :: else fi; b++ :: else -> break od;
  b=0; do :: b<MAXI -> if :: range[b]==p+1 -> range[b]=0 :: else fi; b++ :: else -> break od; b=0 }
inline drop_all() { d_step { drop_all_now() } }
inline take_all() { d_step { rc=0; b=0; if :: range[i]!=0 -> rc=2 :: else fi;
  do :: b<NB -> if :: L(i,b)!=0 && L(i,b)!=p+1 -> rc=1 :: else fi; b++ :: else -> break od; b=0;
  if :: rc==0 -> range[i]=p+1 :: else fi } }
inline check_in() {
  assert(taken || SPENT(i));
  b=0; do :: b<NP -> assert(taken || in[b]==0 || in[b]==name); b++ :: else -> break od; b=0
}
/* remove_locked */
inline remove() {
#ifdef BUG_SEMAFTER
  if :: name==i -> d_step { name=0; check_in() }; removed=true :: else fi;
  sem[i]=false
#else
  sem[i]=false;
#ifdef BUG_UNLINKBLIND
  d_step { name=0; check_in() }; removed=true
#else
  if :: name==i -> d_step { name=0; check_in() }; removed=true :: else fi
#endif
#endif
}
/* tr_registry_leave, after its own locks were dropped */
inline leave_last() {
  removed=false; gone=(name!=i);
#ifdef BUG_PROBE
  d_step { rc=0; b=0; do :: b<NB -> if :: L(i,b)!=0 -> rc=1 :: else fi; b++ :: else -> break od; b=0 };
#elif defined(BUG_NOLOCKCHECK)
  rc=0;
#else
  take_all();
#endif
  if
#if defined(BUG_OPENLANE)
  :: rc==0 && !kept[i] && !ANY_KEPT(i) -> remove()
#elif defined(BUG_UNDRAINED)
  :: rc==0 && lane[i]!=ACTIVE && !kept[i] -> remove()
#elif defined(BUG_NOTKEPT)
  :: rc==0 && lane[i]!=ACTIVE && !ANY_KEPT(i) -> remove()
#else
  :: rc==0 && (gone || SPENT(i)) -> remove()
#endif
  :: else
  fi;
  drop_all()
}
/* Our name's place is busy though its name is locked by us: somebody tries it and will let go. */
#ifdef BUG_NAMEDBUSY
#define NAMED_BUSY 1
#else
#define NAMED_BUSY 2
#endif
/* try_attach: the ring was made by this call, and for nothing. */
#ifdef BUG_CREATEDBLIND
#define CREATED_FOR_NOTHING if :: created -> take_all(); if :: rc==0 -> remove() :: else fi; drop_all() :: else fi
#else
#define CREATED_FOR_NOTHING if :: created -> leave_last() :: else fi
#endif
/* lock_one over the consumers' places: k is ours, or NM */
inline lock_one(wanted, busy_is) {
  k=0;
  do
  :: k<NM && wanted ->
     take(MEMBER(k));
     if
     :: rc==0 -> if :: wanted -> break :: else -> drop(MEMBER(k)); k++ fi
     :: rc==1 -> if :: busy_is==2 -> again=true; k=NM :: else -> k++ fi
     :: rc==2 -> again=true; k=NM
     fi
  :: k<NM && !(wanted) -> k++
  :: k==NM -> break
  od
}

proctype Part(byte p) { byte i, k, b, rc, run_cnt; bool known, again, created, removed, gone;
restart: {
  do
  :: run_cnt<RUNS ->
open: skip; d_step { again=false; known=false; created=false; k=0; rc=0 }; i=name;
     if
     :: i==0 && !FEED(p) -> if :: name!=0 -> goto open :: feeds_done==NF -> goto out fi      /* awaits a ring */
     :: i==0 && FEED(p) ->                                         /* create: nameless, whole, then link() */
#ifdef TMPNAME
        tmp++;
#endif
        d_step {
#ifdef BUG_RENAME
          if :: true ->                                            /* rename() replaces what is there */
#else
          if :: name==0 ->
#endif
             ninode++; i=ninode; assert(i<MAXI); name=i; size[i]=p%2;
#ifndef BUG_MAGICLATE
             magic[i]=true
#endif
          :: else -> rc=1 fi };
#ifdef BUG_MAGICLATE
        if :: rc==0 -> magic[i]=true :: else fi;
#endif
#ifdef TMPNAME
        tmp--;
#endif
        if :: rc==1 -> goto open :: else -> created=true fi        /* EEXIST: somebody was faster */
     :: else
     fi;
     assert(magic[i]);
#ifdef GEOM
     if                                                            /* check_geometry */
     :: FEED(p) && size[i]!=p%2 ->
        if :: !SPENT(i) || ninode>MAXI-5 -> goto out :: else fi;   /* EDOM: in use; they cannot go on for ever */
        take_all();
#ifdef BUG_GEOMBUSY
        if :: rc!=0 -> assert(range[i]==0); goto out :: else fi;
#else
        if :: rc==1 -> goto out :: rc==2 -> goto open :: else fi;
#endif
#ifdef BUG_GEOMBLIND
        remove();
#else
        if :: SPENT(i) -> remove() :: else fi;
#endif
        drop_all(); goto open
     :: else
     fi;
#endif
     /* ---- tr_registry_take: the name's byte, then a place's ---- */
#ifndef BUG_NONAME
     take(NAME_BYTE(p));
     if
     :: rc==1 ->
#if !defined(SAMENAME) && !defined(SAMEID)
        assert(false);                                             /* EBUSY: nobody else has this name */
#endif
        CREATED_FOR_NOTHING; goto out
     :: rc==2 -> CREATED_FOR_NOTHING; goto open
     :: else
     fi;
#endif
     if
     :: FEED(p) ->
        again=false; k=NM+1;
        if
        :: lane[i]==FREE || lane_name[i]==NAME(p) ->
           known=(lane[i]!=FREE);
           take(LANE);
           if :: rc==1 && known -> rc=NAMED_BUSY :: else fi; known=false;
           if
           :: rc==0 ->
              if
              :: lane[i]!=FREE && lane_name[i]==NAME(p) -> known=true; k=0
              :: lane[i]==FREE -> k=0
              :: else -> drop(LANE)
              fi
           :: rc==2 -> again=true
           :: else
           fi
        :: else
        fi
     :: else ->
        lock_one((S(i,k)!=FREE && SN(i,k)==NAME(p)), NAMED_BUSY);
        if :: k<NM -> known=true :: else fi;
        if :: k==NM && !again -> lock_one((S(i,k)==FREE), 1) :: else fi;
        if :: k==NM && !again -> lock_one((!KEPT(i,k)), 1) :: else fi
     fi;
     if
     :: k>=NM ->                                                   /* refused */
#if (defined(SAMENAME) || NF==1) && NM>=NC
        assert(again);                                             /* EUSERS: there are places enough */
#endif
        drop(NAME_BYTE(p));
#ifndef BUG_NOLEAVENULL
        leave_last();                                              /* removal may have been left to us */
#endif
        if :: again || removed -> drop_all(); goto open :: else -> goto out fi
     :: else
     fi;
#ifndef BUG_NOVERIFY
     if
     :: name!=i ->                                                 /* ESTALE */
        drop_all();
#ifndef BUG_STALELEAK
        leave_last();                                              /* its semaphores may have been left to us */
#endif
        goto open
     :: else
     fi;
#endif
     d_step { in[p]=i; assert(taken || name==i); rc=0;
       b=0; do :: b<NP -> assert(b==p || in[b]!=i || NAME(b)!=NAME(p)); b++ :: else -> break od; b=0 };
     sem[i]=true;                                                  /* tr_sem_open_own */
     if
     :: FEED(p) -> if :: !known -> lane_name[i]=NAME(p) :: else fi; lane[i]=ACTIVE
     :: else ->
        if :: !known -> S(i,k)=FREE; SN(i,k)=NAME(p) :: else fi;
        U(i,k)=true; S(i,k)=ACTIVE
     fi;
     /* ... works ... */
     assert(sem[i] && (taken || name==i));
     if
     :: FEED(p) -> kept[i]=KEEPS(p); lane[i]=DONE
     :: else -> if :: U(i,k)=false :: true fi; S(i,k)=DONE
     fi;
     in[p]=0;
#ifndef BUG_HOLDOWN
     if :: FEED(p) -> drop(LANE) :: else -> drop(MEMBER(k)) fi;    /* ours first ... */
     drop(NAME_BYTE(p));
#endif
     if :: FEED(p) && KEEPS(p) && (name==i) -> skip :: else -> leave_last() fi;      /* ... then all */
out: skip; drop_all(); i=0; run_cnt++
  :: else -> break
  od;
  skip; d_step { done++; feeds_done=feeds_done+FEED(p); k=0; rc=0; known=false; again=false }
} unless { kill[p] -> d_step { kill[p]=false; killed=true; in[p]=0; drop_all_now(); i=0; k=0; rc=0 }; goto restart } }
#if KP>0
active proctype Killer() { do :: kp>0 && done==0 -> atomic { kp--; if 
#ifdef KILL
  :: kill[KILL]=true
#else
  :: kill[0]=true :: kill[NF-1]=true :: kill[NP-1]=true
#endif
  fi } :: break od }
#endif
#ifdef HOLDS
active proctype Clock() { if :: past=true :: true fi }
#endif
#ifdef TAKEN
active proctype Admin() { if :: atomic { name!=0 -> name=0; taken=true } :: done==NP fi }
#endif
init { byte j; atomic { for (j : 0 .. NP-1) { run Part(j) } }
  (done==NP);
  assert(name==0 || kept[name]);
  for (j : 0 .. MAXI-1) { assert(!sem[j] || j==name) }
  assert(tmp==0 || killed) }
