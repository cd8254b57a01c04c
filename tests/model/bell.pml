/* bell.pml - sleep and wake: consumers sleep on one bell [B1], NP producers ring it, one of them silences
 * the dead (poll.c sleep_for_ticks, wait.c, producer.c tr_producer_wake, gatekeep.c silence).
 *
 * A producer's lane is one word here: how many ticks it has published.  A consumer ends when it has seen
 * all M of each.  -DSB=k: x86-TSO store buffers as in slot.pml; a locked instruction empties its own.
 *
 *   NP, NC    producers, consumers: 1 or 2  M        ticks each
 *   KC, KP    kills of consumer 0 (it comes back at its place, unless MAYDIE), of producer 0
 *   SIL       how often producer 0 silences the dead in its housekeeping
 *   MEMBAR    no fence at publish          PACE     a tick only when the consumers have all before it
 *   TSTRICT   no timed wait may be needed.  Else: at most one for each silence that met a takeover, or that a
 *             kill cut in two; never more, and never a tick.
 * VAR_x: right as well.  BUG_x: seeded faults. */
#ifndef NP
#define NP 1
#endif
#ifndef M
#define M 2
#endif
#ifndef SB
#define SB 0
#endif
#ifndef KC
#define KC 0
#endif
#ifndef KP
#define KP 0
#endif
#ifndef SIL
#define SIL 0
#endif
#ifndef NC
#define NC 2
#endif
#define CONS(c) (NP+(c))              /* buffers: producers, then consumers */
#define PUB(p) (p)                    /* [S2] */
#define CW(c)  (NP+(c))               /* [C3] */
byte mem[NP+NC], bell;                /* bell: bit c [B1] */
/* A wait word only grows in the code.  Here it is 0 (even) or 1 (odd), and whatever was known about an odd
 * one is forgotten when the next odd one is seen: the same runs, fewer states. */
bool posted[NC*NP], waking[NC*NP];    /* posted for its word; has loaded its word and is about to post */
#define PEER(c,p) ((c)*NP+(p))
#if NP>1
#define NEW_WORD(c) posted[PEER(c,0)]=false; posted[PEER(c,1)]=false; waking[PEER(c,0)]=false; waking[PEER(c,1)]=false
#else
#define NEW_WORD(c) posted[PEER(c,0)]=false; waking[PEER(c,0)]=false
#endif
inline write(x,v) { d_step { if :: x>=NP && v==1 && mem[x]==0 -> NEW_WORD(x-NP) :: else fi; mem[x]=v } }
#if SB>0
chan sb[NP+NC] = [SB] of { byte, byte };
#define ST(p,x,v) sb[p]!(x),(v)
#define FENCE(p)  (empty(sb[p]))
#else
#define ST(p,x,v) write(x,v)
#define FENCE(p)  skip
#endif
#ifdef BUG_BELLSTORE                  /* without lock prefix */
#define RING(p,c)   l=bell; bell=l|(1<<(c)); l=0
#define UNRING(p,c) l=bell; bell=l&~(1<<(c)); l=0
#else
#define RING(p,c)   atomic { FENCE(p) -> bell=bell|(1<<(c)) }
#define UNRING(p,c) atomic { FENCE(p) -> bell=bell&~(1<<(c)) }
#endif
bool live[NC], cut, killp, killc, over; byte csem[NC], seen[NC*NP], done, touts, races, kc=KC, kp=KP;
#define SEEN(c,p) seen[(c)*NP+(p)]
#if NP>1
#define ALL_SEEN(c,n) (SEEN(c,0)>=n && SEEN(c,1)>=n)
#define BARRIER (empty(sb[0]) && empty(sb[1]))
#define NEWS(c) (mem[PUB(0)]>SEEN(c,0) || mem[PUB(1)]>SEEN(c,1))
#else
#define ALL_SEEN(c,n) (SEEN(c,0)>=n)
#define BARRIER (empty(sb[0]))
#define NEWS(c) (mem[PUB(0)]>SEEN(c,0))
#endif

inline wake1(c) {
  if
  :: atomic { mem[CW(c)]==1 && !posted[PEER(c,id)] -> waking[PEER(c,id)]=true };
     d_step { csem[c]=1; posted[PEER(c,id)]=waking[PEER(c,id)]; waking[PEER(c,id)]=false }
  :: else
  fi
}
inline wake() {
  b=bell;
  if :: b%2==1 -> wake1(0) :: else fi;
#if NC>1
  if :: b/2==1 -> wake1(1) :: else fi;
#endif
  b=0
}
inline silence(c) {
  if
  :: !live[c] && (bell>>c)%2==1 ->
     atomic { FENCE(id) -> bell=bell&~(1<<c); cut=true };
#ifndef BUG_SILENCE
     if :: live[c] -> atomic { FENCE(id) -> bell=bell|(1<<c); races++ } :: else fi;
#endif
     cut=false
  :: else
  fi
}

proctype P(byte id) { byte n, b, l, sil;
restart: {
  FENCE(id);
  d_step { n=mem[PUB(id)]; b=0; l=0;
    do :: b<NC -> posted[PEER(b,id)]=false; waking[PEER(b,id)]=false; b++ :: else -> break od; b=0 };
#ifndef BUG_NOSTARTWAKE
  FENCE(id); wake();
#endif
  do
  :: id==0 && sil<SIL -> sil++; silence(0)
  :: n<M ->
#ifdef PACE
     (SEEN(0,id)>=n && SEEN(NC-1,id)>=n);
#endif
#ifdef BUG_BELLBEFORE
     b=bell;
#endif
     n++; ST(id,PUB(id),n);
#if !defined(MEMBAR) && !defined(BUG_NOFENCE_W)
     FENCE(id);
#endif
#ifdef BUG_BELLBEFORE
     if :: b%2==1 -> wake1(0) :: else fi;
#if NC>1
     if :: b/2==1 -> wake1(1) :: else fi;
#endif
     b=0
#else
     wake()
#endif
  :: n==M -> break
  od;
#if SIL>0
  if :: id==0 -> (done>=NC+NP-1); silence(0); assert(live[0] || bell%2==0) :: else fi;    /* housekeeping goes on */
#endif
  done++
} unless { killp && id==0 -> atomic { killp=false; races=races+cut; cut=false }; goto restart } }

proctype Cn(byte id) { byte l;
restart: {
  FENCE(CONS(id));
  l=0;
  live[id]=true;
#ifndef BUG_STALEODD
  if :: mem[CW(id)]==1 -> ST(CONS(id),CW(id),0) :: else fi;         /* take_place */
#endif
#ifdef VAR_TAKECLEAR
  if :: (bell>>id)%2==1 -> UNRING(CONS(id),id) :: else fi;
#endif
  do
  :: ALL_SEEN(id,M) -> break
  :: NEWS(id) -> SEEN(id,0)=mem[PUB(0)];
#if NP>1
     SEEN(id,1)=mem[PUB(1)]
#else
     skip
#endif
  :: !ALL_SEEN(id,M) && !NEWS(id) ->
#ifdef VAR_BELLFIRST
     RING(CONS(id),id); ST(CONS(id),CW(id),1);
#else
     ST(CONS(id),CW(id),1);                                        /* [C3] */
#ifndef BUG_BELLLATE
     RING(CONS(id),id);                                            /* [B1] */
#endif
#endif
#ifndef BUG_NOFENCE_S
     FENCE(CONS(id));
#endif
#if defined(MEMBAR) && SB>0 && !defined(BUG_NOMEMBAR)
     BARRIER;
#endif
#ifdef BUG_BELLLATE
#ifdef BUG_BELLLATER
     if :: NEWS(id) -> goto up :: else fi;
#endif
     RING(CONS(id),id);
#endif
#if !defined(BUG_NORECHECK) && !defined(BUG_BELLLATER)
     if :: NEWS(id) -> goto up :: else fi;
#endif
     if :: csem[id]>0 -> csem[id]-- :: timeout -> touts++ fi;
up:
#ifdef VAR_CLEARFIRST
     UNRING(CONS(id),id); ST(CONS(id),CW(id),0); csem[id]=0
#else
     ST(CONS(id),CW(id),0); csem[id]=0;                            /* tr_sleep_end */
     UNRING(CONS(id),id)
#endif
  od;
  live[id]=false;
  d_step { done++; over=(over||id==0) }
} unless { killc && id==0 -> atomic { FENCE(CONS(id)); killc=false; live[0]=false };
#ifdef MAYDIE
  if :: d_step { done++; over=true; SEEN(0,0)=M;
#if NP>1
    SEEN(0,1)=M
#endif
    }; goto gone :: true fi;
#endif
  goto restart }
gone: skip
}
#if KC+KP>0
active proctype Killer() {
  do
  :: atomic { kp>0 && !killp && done<NP+NC -> kp--; killp=true }
  :: atomic { kc>0 && !over -> kc--; killc=true }
  :: break
  od
}
#endif
#if SB>0
#define DRAIN(i) d_step { sb[i]?x,v -> if :: x>=NP && v==1 && mem[x]==0 -> NEW_WORD(x-NP) :: else fi; mem[x]=v; x=0; v=0 }
active proctype Drain() { byte x, v;
end: do :: DRAIN(0)
        :: DRAIN(1)
#if NP+NC>2
        :: DRAIN(2)
#endif
#if NP+NC>3
        :: DRAIN(3)
#endif
     od }
#endif
init { atomic { byte j; for (j : 0 .. NC-1) { run Cn(j) } for (j : 0 .. NP-1) { run P(j) } }
  (done==NP+NC);
#ifdef TSTRICT
  assert(touts==0);
#else
  assert(touts<=races);
#endif
#if KC==0 || defined(VAR_TAKECLEAR)
  assert(races>0 || bell==0)          /* nobody rings who does not sleep */
#endif
}
