/* slot.pml - one lane, to the letter of shm/: publish and gate (writer), join, resume, evict, overrun, leave
 * (reader), sleep and wake with the bell (poll, wait, gatekeep), kills between any two stores.
 *
 * N slots {seq,a,b}, M ticks, one producer, NR reliable and NL lossy consumers.  Every access to a shared
 * word is one step.  -DSB=k: each process has an x86-TSO store buffer of k entries (drained at any time;
 * FENCE waits until it is empty; so does a kill, as the kernel's exit does).  Own words are kept in locals
 * and read again only at a start.  Names in [] are the labels of shm/layout.h.
 *
 * Scenario
 *   KP, KC   kills of the producer, of consumer 0     MAYDIE  the killed consumer may stay away
 *   EV       evictions by stall timeout               DROP    dead consumers lose the gate (hold over)
 *   LV       leaves of consumer 0, which may come back by its name
 *   FRESH    the one who comes back may ask for another start (its place is reset)
 *   ATSEQ    one who was not told anything may ask for a sequence (--from=seq)
 *   SWAP     ... or for the other kind (reliable, lossy)
 *   FREE     most ticks between two looks at the gate (N/8)      BATCH  publish in batches up to it
 *   STEP     ticks between two stores of the cursor (N/4)        LA     look ahead by 2
 *   BLOCK    sleep and wake, else guarded waits       EIGHTH  what a sleeping producer asks for (N/8)
 *   MEMBAR   no fence at publish, the sleeper's barrier reaches the producer
 *   THIEF    posts are stolen                         TSTRICT no timed wait may be needed
 *   PACE     the source has a tick only when consumer 0 has passed all before it
 *   PAUSE=k  ... tick k
 *   NAP      the producer begins when consumer 0 is in
 * VAR_x: other ways that are right as well.  BUG_x: seeded faults; run.sh expects each to be caught. */
#ifndef N
#define N 2
#endif
#ifndef M
#define M 4
#endif
#ifndef NR
#define NR 1
#endif
#ifndef NL
#define NL 0
#endif
#ifndef KP
#define KP 0
#endif
#ifndef KC
#define KC 0
#endif
#ifndef EV
#define EV 0
#endif
#ifndef LV
#define LV 0
#endif
#ifndef SB
#define SB 0
#endif
#ifndef FREE
#define FREE 1
#endif
#ifndef STEP
#define STEP 1
#endif
#ifdef PACE
#define PAUSES true
#elif defined(PAUSE)
#define PAUSES (n==PAUSE)
#else
#define PAUSES false
#endif
#ifndef EIGHTH
#define EIGHTH 0
#endif
#define C (NR+NL)
#define PROD C                        /* the producer's buffer; consumers are 0..C-1 */
#define NOT_TOLD 255
#define BUSY 128                      /* with it goes the sequence: BUSY+n+1 is "writing n" */
#define PUBLISHED(s) ((s)>=BUSY -> (s)-BUSY-1 : (s))
#define NEVER 254                     /* as need: only joins and leaves */
#ifdef THIEF
#define INC(x) x=(x+1)%8              /* keeps it finite: timed waits may repeat */
#else
#define INC(x) x++
#endif
#ifdef FRESH
#define COMES_FRESH true
#else
#define COMES_FRESH false
#endif

/* ---- shared words ---- */
#define SEQ(x)  ((x)%N)               /* [S1 S2] */
#define PA(x)   (N+(x)%N)
#define PB(x)   (2*N+(x)%N)
#define LIM     (3*N)                 /* [L1] never lowered */
#define HINT    (3*N+1)               /* [L2] behind by less than a batch */
#define STATE   (3*N+2)               /* [L3] epoch*4 + 0 never, 1 open, 2 closed */
#define PW      (3*N+3)               /* [L4] odd: the producer sleeps ... */
#define NEED    (3*N+4)               /* [L4] ... until a cursor reaches this */
#define BELL    (3*N+5)               /* [B1] bit c: consumer c sleeps; locked or/and only */
#define EVW(c)  (3*N+6+(c))           /* [L5] registration that does not count any more */
#define REG(c)  (3*N+6+C+(c))         /* [C1] */
#define CUR(c)  (3*N+6+2*C+(c))       /* [C2] */
#define CW(c)   (3*N+6+3*C+(c))       /* [C3] odd: asleep */
byte mem[3*N+6+4*C];
#if SB>0
chan sb[C+1] = [SB] of { byte, byte };
#define ST(p,x,v) sb[p]!(x),(v)
#define FENCE(p)  (empty(sb[p]))
#else
#define ST(p,x,v) mem[x]=(v)
#define FENCE(p)  skip
#endif
/* A consumer's words that only it reads (struct tr_member_lane). */
byte act[C], from[C], start[C], lost[C], lnext[C], ep[C];
/* The kernel's: locks, semaphores. */
bool live[C]; byte csem[C], psem;
/* For the checks alone: sequences delivered and passed over since start was told, registrations found evicted,
 * the registration that a living process made. */
int dmask[C], lmask[C]; byte made[C], found, evs;
bool killp, killc, over; byte kp=KP, kc=KC, ev=EV, lv=LV, touts, done;
#define MASK(a,b) ((1<<(b))-(1<<(a)))
#define COVERED(c,to) (start[c]==NOT_TOLD || ((dmask[c]|lmask[c]) & MASK(start[c],to))==MASK(start[c],to))

/* ---- the gate (writer.c) ---- */
#ifdef VAR_CURREG
#define ONE(k) c=mem[CUR(k)]; r=mem[REG(k)]; d_step { if :: r!=0 && r!=evd[k] && c<m -> m=c; who=k :: else fi; r=0; c=0 }
#else
#define ONE(k) r=mem[REG(k)]; if :: r!=0 && r!=evd[k] -> c=mem[CUR(k)]; \
   d_step { if :: c<m -> m=c; who=k :: else fi; c=0; r=0 } :: else r=0 fi
#endif
inline lowest_cursor() { d_step { m=n; who=0 };
#if NR>0
  ONE(0);
#endif
#if NR>1
  ONE(1);
#endif
  skip
}
inline gate() {
  lowest_cursor();                                                 /* pass 1: is there a gain? */
  if
  :: m+N<=n -> room=false
  :: else ->
     d_step { lim=m+N; if :: lim>n+FREE -> lim=n+FREE :: else fi };
     if :: lim>pub -> pub=lim; ST(PROD,LIM,lim) :: else fi;
#ifndef BUG_NOPASS2
#ifndef BUG_NOFENCE_G
     FENCE(PROD);
#endif
     lowest_cursor();                                              /* pass 2: did somebody join? */
     d_step { if :: m+N<lim -> lim=m+N :: else fi; if :: lim<n -> lim=n :: else fi };
#ifdef BUG_LOWER
     if :: lim<pub -> pub=lim; ST(PROD,LIM,lim) :: else fi;
#endif
#endif
     room=(lim>n)
  fi
}
#define OPEN1(k) (mem[REG(k)]==0 || mem[REG(k)]==evd[k] || mem[CUR(k)]+N>n)
#if NR>1
#define GATEOPEN (OPEN1(0)&&OPEN1(1))
#define ANYDEAD  (!live[0]||!live[1])
#elif NR>0
#define GATEOPEN OPEN1(0)
#define ANYDEAD  (!live[0])
#else
#define GATEOPEN true
#define ANYDEAD  false
#endif
/* k's registration x does not count any more: the one that was judged, read before the lock was probed. */
#ifdef BUG_EVRELOAD
#define EVICT(k,x) r=mem[REG(k)]; evd[k]=r; evs++; ST(PROD,EVW(k),r)
#else
#define EVICT(k,x) r=x; evd[k]=r; evs++; ST(PROD,EVW(k),r)
#endif
#ifdef DROP
#define PATIENT live[who]
#else
#define PATIENT true
#endif
/* The hold of a dead one is over: who was made by a living process must not be hit. */
#define EVICT_DEAD(k,x) EVICT(k,x); d_step { assert(r==0 || r!=made[k]); r=0 }

/* ---- waking (producer.c, poll.c) ---- */
inline wake1(k) {
  w=mem[CW(k)];
  if :: w%2==1 && ppost[k]!=w -> csem[k]=1; ppost[k]=w :: else fi; w=0
}
inline wake() {
  b=mem[BELL];
#if C>0
  if :: b%2==1 -> wake1(0) :: else fi;
#endif
#if C>1
  if :: b/2==1 -> wake1(1) :: else fi;
#endif
  b=0
}
inline wake_after_publish() {
#ifdef BLOCK
#if !defined(MEMBAR) && !defined(BUG_NOFENCE_W)
  FENCE(PROD);
#endif
  wake();
#endif
  skip
}
inline wake_all() {
#ifdef BLOCK
  FENCE(PROD); wake();
#endif
  skip
}
/* tr_consumer_tell: the cursor or the registration was stored. */
inline tell_producer(always) {
#ifdef BLOCK
#ifndef BUG_NOFENCE_W
  FENCE(id);
#endif
  w=mem[PW];
  if
  :: w%2==1 && cpost!=w ->
     if :: always || told>=mem[NEED] -> psem=1; cpost=w :: else fi
  :: else
  fi; w=0;
#endif
  skip
}
#ifdef BUG_NEEDJOIN
#define JOINS false
#else
#define JOINS true
#endif
#ifdef BUG_NEEDLEAVE
#define LEAVES false
#else
#define LEAVES true
#endif

inline put(x) {
#ifndef BUG_NOBUSY
  ST(PROD,SEQ(x),BUSY+x+1);                                        /* [S1] */
#endif
  ST(PROD,PA(x),x+1+32*inc);
  ST(PROD,PB(x),x+1+32*inc);
  ST(PROD,SEQ(x),x+1)                                              /* [S2] */
}
inline sleep_until(need) {                                         /* begins to sleep */
  ST(PROD,NEED,need); INC(pw); ST(PROD,PW,pw);
#ifndef BUG_NOFENCE_S
  FENCE(PROD)
#else
  skip
#endif
}
inline awake() { INC(pw); ST(PROD,PW,pw); psem=0 }

proctype P() { byte n, lim, pub, m, c, r, k, w, b, pw, who, wr, inc; bool room; byte evd[C], ppost[C];
restart: {
  FENCE(PROD);
  d_step { lim=0; m=0; c=0; r=0; w=0; b=0; who=0; wr=0; k=0; room=false;
    do :: k<C -> evd[k]=mem[EVW(k)]; ppost[k]=0; k++ :: else -> break od; k=0;
    n=mem[HINT];                                                   /* tr_writer_init */
#if defined(BUG_WALKONE)
    if :: mem[SEQ(n)]==n+1 -> n++ :: else fi;
#elif !defined(BUG_HINTTRUST)
    do :: mem[SEQ(n)]==n+1 -> n++ :: else -> break od;
#endif
    pub=mem[LIM]; pw=mem[PW] }
#if defined(BUG_RESTARTLIM)
  lim=pub;                                                         /* trusts the page */
#elif defined(BUG_RESTARTFREE)
  lim=n+FREE;
#else
  lim=n;                                                           /* no limit survives */
#endif
  if :: pw%2==1 -> INC(pw); ST(PROD,PW,pw) :: else fi;
  ST(PROD,HINT,n);
  ST(PROD,STATE,(mem[STATE]/4+1)*4+1);                             /* begin_lane */
#ifndef BUG_NOSTARTWAKE_P
  wake_all();
#endif
#ifdef NAP
#define JOINED (mem[REG(0)]!=0 && mem[REG(0)]==act[0] && live[0])     /* has_joined */
  do
  :: JOINED -> break
  :: else ->
     sleep_until(NEVER);                                           /* tr_producer_nap */
     if
#ifndef BUG_NAPBLIND
     :: JOINED -> skip                                             /* looked at again */
     :: !JOINED ->
#else
     :: true ->
#endif
        if :: psem>0 -> psem-- :: timeout -> touts=1 fi
     fi;
     awake()
  od;
#endif
  do
  :: n<M ->
     (!PAUSES || start[0]==NOT_TOLD || mem[CUR(0)]>=n);
#ifdef DROP
     if                                                            /* housekeeping: the dead, at the gate or not */
     :: r=mem[REG(0)]; wr=r; r=0;
        if :: wr!=0 && wr!=evd[0] && !live[0] -> EVICT_DEAD(0,wr) :: else fi
     :: true
     fi;
#endif
     if :: n==lim -> gate() :: else -> room=true fi;
     do                                                            /* tr_producer_wait */
     :: room -> break
     :: else ->
        wr=mem[REG(who)];                                          /* probe_blocker */
        if
#ifdef DROP
        :: !live[who] -> if :: wr!=0 -> EVICT_DEAD(who,wr) :: else fi
#endif
        :: ev>0 && live[who] && wr!=0 -> ev--; EVICT(who,wr); r=0
        :: PATIENT
        fi;
#ifdef BLOCK
        sleep_until(n-N+1+EIGHTH);                                 /* sleep_at_gate */
        gate();
        if
        :: room
        :: else -> if :: psem>0 -> psem--
#ifdef DROP
                      :: !live[who] -> skip                        /* the 10 ms probe */
#endif
                      :: timeout -> touts=1 fi
        fi;
        awake()
#else
        if :: GATEOPEN -> skip
#ifdef DROP
           :: ANYDEAD -> skip
#endif
        fi;
        gate()
#endif
     od;
     room=false;
#ifdef BUG_HINTFIRST
     ST(PROD,HINT,n+1);
#endif
     do                                                            /* tr_publish, or tr_publish_batch */
     :: put(n); n++;
        if
#ifdef BATCH
        :: n<lim && n<M
#endif
        :: true -> break
        fi
     od;
#ifndef BUG_HINTFIRST
     ST(PROD,HINT,n);                                              /* tr_writer_tell */
#endif
     wake_after_publish()
  :: else -> break
  od;
  ST(PROD,STATE,(mem[STATE]/4)*4+2);                               /* tr_producer_close */
#ifndef BUG_NOCLOSEWAKE
  wake_all();
#endif
  done++
} unless { killp -> atomic { killp=false; inc++ }; goto restart } }

/* ---- reader.c ---- */
inline store_cur() { ST(id,CUR(id),pos); d_step { told=pos; assert(COVERED(id,pos)) } }
inline reset() {                                                   /* tr_reader_reset */
  ST(id,REG(id),0); act[id]=0; from[id]=0; start[id]=NOT_TOLD; lost[id]=0; lnext[id]=0;
  ST(id,CUR(id),0); told=0
}
/* told: what own->cur holds. */
inline plan_position(to) {
  if :: start[id]!=NOT_TOLD ->
#ifdef BUG_LOSTNEXT
        lost[id]=lost[id]+(to-told)
#else
        lnext[id]=lost[id]+(to-told)
#endif
     :: else fi;
  from[id]=to
}
inline take_position() {
  if
  :: start[id]==NOT_TOLD ->
     d_step { pos=from[id]; if :: told>pos -> pos=told :: else fi; dmask[id]=0; lmask[id]=0 };
#ifdef BUG_STARTFIRST
     atomic { start[id]=from[id]; assert(COVERED(id,pos)) };
     ST(id,CUR(id),pos); told=pos
#else
     ST(id,CUR(id),pos); told=pos;
     atomic { start[id]=from[id]; assert(COVERED(id,pos)) }
#endif
  :: else ->
#ifndef BUG_LOSTNEXT
     if :: told<from[id] -> lost[id]=lnext[id] :: else fi;
#endif
     d_step { pos=told; if :: from[id]>pos -> assert(pos>=start[id]); pos=from[id]; lmask[id]=lmask[id]|MASK(told,pos) :: else fi };
     store_cur()
  fi
}
inline handshake() {
#ifdef BUG_NOREREAD
  l=mem[LIM];
#endif
#ifdef BUG_EVNOEPOCH
  if :: ep[id]==0 || start[id]==NOT_TOLD -> ep[id]++ :: else fi;
#else
  ep[id]++;
#endif
  d_step { my=ep[id]; made[id]=my };
  ST(id,REG(id),my);                                               /* [C1] after the low cursor */
#ifndef BUG_NOFENCE_J
  FENCE(id);
#endif
#ifndef BUG_NOREREAD
  l=mem[LIM];                                                      /* [L1] */
#endif
  s=mem[HINT];                                                     /* [L2] */
  assert(found<=evs+KC-kc);                                        /* an eviction is found once (again after a kill) */
  d_step { if :: l<N -> l=0 :: else l=l-N fi; if :: s<l -> s=l :: else fi };   /* l oldest, s newest */
  if
  :: start[id]!=NOT_TOLD -> if :: told>l -> l=told :: else fi
  :: else -> if :: true :: s!=l -> l=s fi
  fi; s=0;
#ifdef BUG_ACTFIRST
  act[id]=my;
#endif
  plan_position(l);
#ifndef BUG_ACTLATE
  act[id]=my;                                                      /* complete; only now told */
#endif
  take_position();
#ifdef BUG_ACTLATE
  act[id]=my;
#endif
  l=0
}
#ifdef BUG_HALFPLAN
#define FINISHES (my==0)
#else
#define FINISHES true
#endif
#ifdef BUG_RESUMEJOIN
#define STANDS false
#elif defined(BUG_RESUMEHALF)
#define STANDS (my!=0 && start[id]!=NOT_TOLD)
#else
#define STANDS (my!=0 && act[id]==my)
#endif
/* A lossy reader that was lapped goes half a lap behind the producer. */
inline overrun() {
  s=mem[SEQ(pos)];
  l=mem[HINT];
  d_step { s=(s==pos+1 -> pos : PUBLISHED(s)); if :: s<=pos && l<=pos+N -> s=0 :: else -> if :: l>s -> s=l :: else fi fi; l=0 };
  if
  :: s!=0 -> s=s-N/2; store_cur(); plan_position(s); take_position(); s=0; tell_producer(true)
  :: else
  fi
}
#if (EV>0 || defined(DROP)) && !defined(BUG_NOEVIDLE)
#define CHECK_EVICTED e=mem[EVW(id)]; if :: rel && e==my -> e=0; goto rejoin :: else e=0 fi
#else
#define CHECK_EVICTED skip
#endif

proctype Cn(byte id) { byte pos, told, s, a, b, a2, b2, l, st, w, cw, cnt, e, my, cpost; bool rel, again;
restart: {
  FENCE(id);
  d_step { rel=(id<NR); s=0; a=0; b=0; a2=0; b2=0; l=0; st=0; w=0; cnt=0; e=0; cpost=0; cw=mem[CW(id)];
    told=mem[CUR(id)]; pos=told; my=mem[REG(id)]; made[id]=0 };
  live[id]=true;                                                   /* the place's lock */
#ifdef SWAP
  if :: id==0 && again -> rel=!rel :: true fi;
#endif
  if :: COMES_FRESH && again -> reset(); my=0 :: true fi;
  if :: cw%2==1 -> INC(cw); ST(id,CW(id),cw) :: else fi;           /* take_place */
#ifdef BLOCK
  if :: (mem[BELL]>>id)%2==1 -> atomic { FENCE(id) -> mem[BELL]=mem[BELL] & ~(1<<id) } :: else fi;
#endif
  /* ---- tr_reader_join ---- */
#ifndef BUG_HALFRESET
  if :: again && start[id]==NOT_TOLD && !(rel && STANDS) -> reset(); my=0 :: else fi;     /* killed within one */
#endif
#ifdef ATSEQ
  if
  :: start[id]==NOT_TOLD && !(rel && STANDS) ->                    /* begin_at: what is gone of it is a gap */
     s=mem[HINT];
     do :: s>0 -> s-- :: true -> break od;
     ST(id,CUR(id),s); told=s;
     d_step { start[id]=s; dmask[id]=0; lmask[id]=0; s=0 }
  :: true
  fi;
#endif
  if
  :: rel && STANDS -> take_position()                              /* no handshake; an eviction is found by looking */
  :: rel && !STANDS ->
#ifndef BUG_HALFMOVE
     if :: again && start[id]!=NOT_TOLD && FINISHES -> take_position() :: else fi;       /* killed in a move */
#endif
     handshake()
  :: else ->
     my=0;
     if :: again -> ST(id,REG(id),0) :: else fi;
     if :: start[id]==NOT_TOLD ->
           s=mem[HINT]; l=(s>N -> s-N : 0);
           if :: true :: s!=l -> l=s fi;
           plan_position(l); s=0; l=0
        :: else fi;
     take_position()
  fi;
#if defined(BUG_NOSTARTWAKE_C)
  if :: again -> skip :: else -> tell_producer(JOINS) fi;
#elif !defined(BUG_NOJOINWAKE)
  tell_producer(JOINS);
#endif
  again=true;
  goto look;
rejoin:                                                            /* ---- tr_reader_rejoin ---- */
  found++;
  store_cur();
  handshake();
  tell_producer(true);
look:
  do
  ::
#if LV>0
     if
     :: lv>0 && id==0 -> lv--;                                     /* tr_consumer_close; back later, or never */
        store_cur(); ST(id,REG(id),0);
#ifndef BUG_NOLEAVEWAKE
        tell_producer(LEAVES);
#endif
        live[id]=false;
        if :: goto restart :: done++; goto gone fi
     :: true
     fi;
#endif
#ifdef BUG_EVFIRST
     e=mem[EVW(id)];
     if :: rel && e==my -> e=0; goto rejoin :: else e=0 fi;
#endif
     cnt=0;                                                        /* ---- look [S2] ---- */
#ifdef LA
     if :: pos+1<M -> s=mem[SEQ(pos+1)]; if :: s==pos+2 -> cnt=2 :: else fi; s=0 :: else fi;
#endif
     if :: cnt==0 -> s=mem[SEQ(pos)]; if :: s==pos+1 -> cnt=1 :: else fi :: else fi; s=0;
     if
     :: cnt>0 ->
        a=mem[PA(pos)]; b=mem[PB(pos)];                            /* copy */
        if :: cnt==2 -> a2=mem[PA(pos+1)]; b2=mem[PB(pos+1)] :: else fi;
        if                                                         /* ---- does it stand? ---- */
        :: rel ->
#if (EV>0 || defined(DROP)) && !defined(BUG_NOEVCHECK) && !defined(BUG_EVFIRST)
           e=mem[EVW(id)];                                         /* [L5] after the copy */
           if :: e==my -> d_step { a=0; b=0; a2=0; b2=0; cnt=0; e=0 }; goto rejoin :: else e=0 fi
#else
           skip
#endif
        :: else ->
#if defined(BUG_NORECHECK_L)
           s=pos+1;
#elif defined(BUG_LANEW)
           s=mem[SEQ(pos+cnt-1)]; s=s-(cnt-1);
#else
           s=mem[SEQ(pos)];                                        /* [S3] the oldest of the batch */
#endif
           if :: s!=pos+1 -> d_step { a=0; b=0; a2=0; b2=0; cnt=0; s=0 }; overrun(); goto look :: else s=0 fi
        fi;
        d_step {                                                   /* use */
          assert(a==b && a%32==pos+1);
          if :: cnt==2 -> assert(a2==b2 && a2%32==pos+2) :: else fi;
          dmask[id]=dmask[id]|MASK(pos,pos+cnt);
          pos=pos+cnt; a=0; b=0; a2=0; b2=0; cnt=0 }
        if :: pos-told>=STEP -> store_cur(); tell_producer(false) :: else fi      /* tr_advance [C2] */
     :: else ->                                                    /* ---- tr_poll_slow ---- */
        CHECK_EVICTED;
        if :: !rel -> e=pos; overrun(); if :: e!=pos -> e=0; goto look :: else e=0 fi :: else fi;
        if :: told!=pos -> store_cur(); tell_producer(false) :: else fi;
        st=mem[STATE];                                             /* [L3] the state first, then the slot again */
#ifndef BUG_CLOSED
        s=mem[SEQ(pos)];
        if :: s==pos+1 -> s=0; goto look :: else s=0 fi;
#endif
        CHECK_EVICTED;
        if :: !rel -> e=pos; overrun(); if :: e!=pos -> e=0; goto look :: else e=0 fi :: else fi;
        if :: st%4==2 -> break :: else fi;                         /* TR_CLOSED */
#ifdef BLOCK                                                       /* ---- sleep_for_ticks ---- */
        INC(cw); ST(id,CW(id),cw);                                 /* [C3] */
        atomic { FENCE(id) -> mem[BELL]=mem[BELL] | (1<<id) };     /* [B1] a locked instruction */
#if defined(MEMBAR) && SB>0 && !defined(BUG_NOMEMBAR)
        (empty(sb[PROD]));
#endif
#ifndef BUG_NORECHECK_S
#ifndef BUG_OVRSLEEP
        if :: !rel -> s=mem[HINT]; if :: s>pos -> goto up :: else fi :: else fi;      /* was it lapped? */
#endif
        l=mem[STATE];
        if :: l!=st -> goto up :: else fi;
        e=mem[EVW(id)];
        if :: rel && e==my -> goto up :: else fi;
        s=mem[SEQ(pos)];
        if :: s==pos+1 -> goto up :: else fi;
#endif
        d_step { s=0; l=0; e=0 };
        if :: csem[id]>0 -> csem[id]-- :: timeout -> touts=1 fi;
up:     skip; d_step { s=0; l=0; e=0; st=0 }; INC(cw); ST(id,CW(id),cw); csem[id]=0;
        atomic { FENCE(id) -> mem[BELL]=mem[BELL] & ~(1<<id) }
#else
        (mem[STATE]!=st || mem[SEQ(pos)]==pos+1 || (rel && mem[EVW(id)]==my) || (!rel && mem[HINT]>pos)); st=0
#endif
     fi
  od;
  /* ---- the end: everything accounted for ---- */
  store_cur(); ST(id,REG(id),0); tell_producer(LEAVES);
  d_step {
    assert(pos==M && start[id]!=NOT_TOLD);
    l=lmask[id]; cnt=0; do :: l>0 -> cnt=cnt+l%2; l=l/2 :: else -> break od;
    assert(lost[id]==cnt); cnt=0; s=0; st=0;
#if EV==0 && !defined(DROP) && LV==0 && !defined(SWAP) && !defined(FRESH) && !defined(ATSEQ)
    assert(!rel || lost[id]==0);                                   /* a held place loses nothing */
#endif
  }
  live[id]=false;
  d_step { done++; cw=0; over=(over||id==0) }
} unless { killc && id==0 -> atomic { FENCE(id); killc=false; live[0]=false; made[0]=0; again=true };
#ifdef MAYDIE
  if :: done++; goto gone :: true fi;
#endif
  goto restart }
gone: skip
}
#if KP+KC>0
active proctype Killer() {
  do
  :: atomic { kp>0 && !killp && done==0 -> kp--; killp=true }
  :: atomic { kc>0 && !over -> kc--; killc=true }
  :: break
  od
}
#endif
#if SB>0
#define DRAIN(i) d_step { sb[i]?x,v -> mem[x]=v; x=0; v=0 }
active proctype Drain() { byte x, v;
end: do :: DRAIN(0)
        :: DRAIN(1)
#if C>1
        :: DRAIN(2)
#endif
     od }
#endif
#ifdef THIEF
active proctype Thief() { byte t=2; do :: t>0 && csem[0]>0 -> atomic { csem[0]--; t-- } :: t>0 && psem>0 -> atomic { psem--; t-- } :: break od }
#endif
init { atomic { byte j; for (j : 0 .. C-1) { start[j]=NOT_TOLD; run Cn(j) } run P() }
  (done==C+1);
#ifdef TSTRICT
  assert(touts==0)
#else
  skip
#endif
}
