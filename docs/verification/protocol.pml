/*
 * No stale key can pass: the protocol of docs/adr/0007-the-epoch-in-the-store.md, for one key, in every interleaving of two verifying processes,
 * one process that changes the key, a slow reader, and a world in which ledgers restart, fail over and forget.
 *
 * Where the model differs from the code it can do more, so what holds here holds there: README.md has the reasons, and what each switch (-D…)
 * takes away. Revisions are counted from 1. No clock runs: what is known "since" a moment is kept as what was true then, and what has to have
 * happened after a time is a condition (`isWaitedOut`).
 */

#ifndef MOVES
#define MOVES 4                 /* how often the epoch moves at most */
#endif
#ifndef CHANGES
#define CHANGES 2
#endif
#ifndef GOAL
#define GOAL 0                  /* a place that has to be reached: its assertion has to fail */
#endif
#define REACH(place) assert(GOAL != place)

#define NEWEST (CHANGES + 1)
#define LAST_EPOCH (MOVES + 1)
#define NONE 0

/* Names of ledgers. A server's is its identity: another one after each start, and after each promotion. */
#define STORE_LEDGER 0
#define A_FIRST 1
#define B_PROMOTED 2
#define A_AGAIN 3

/* ---- the store ------------------------------------------------------------------------------------------------------------------------ */
byte revision = 1;              /* the key's row, as committed */
byte settled = 1;               /* announcements that have `settled_at`: all up to this one. Their changes were answered as enforced. */
byte number = 1;                /* epoch: its number, */
byte current = A_FIRST;         /* its ledger, */
byte leftNumber = 0;            /* and the number that began when a ledger was last left that has to be told */

/* ---- ledgers that have to be told: A, and B, its replica until it is promoted ------------------------------------------------------------ */
typedef Server {
  byte identity;                /* NONE: not a primary */
  byte entry;                   /* the key's revision; NONE: absent */
  bool lease;                   /* the slow reader's, beside the entry under its name and "#", stands */
  byte mark                     /* what was settled at the mark's time; NONE: an empty server */
}
#define A 0
#define B 1
Server server[2];

/* ---- processes that verify: their connections, each on a lease of the epoch ----------------------------------------------------------------- */
#define UNLINKED 0
#define ASKED 1                 /* being admitted: the epoch names this ledger, or was moved there */
#define LINKED 2                /* admitted: spent on */

typedef Process {
  byte link;
  byte to;                      /* A or B */
  byte epoch                    /* the number that admission was told, and that is held from then on */
#ifdef TRUST_THE_MOVER
  ; bool tells
#endif
}
Process process[2];
#define SERVING 0               /* goes on without the store (`serve`) */
#define DENYING 1               /* stops when its lease ends (`deny`) */

#define me process[i]
#define mine server[me.to]

/* ---- the slow reader: a verification after a MISS, in any process. All others are single steps. ---------------------------------------------- */
#define IDLE 0
#define MISSED 1                /* has the lease, and has not read the store yet */
#define REREAD 2                /* has read it, and has not spent yet */
byte slow = IDLE;
byte got;                       /* the revision that it has read */

#ifdef FIXED_WINDOW
byte longSettled = 1;           /* settled more than ten minutes ago */
#endif
#if defined(SAYS_WHAT_IT_READS) || defined(NO_OVERTAKING)
byte confirmed = 1;             /* `processes`: the epoch that the store has noted for SERVING */
#endif
#ifdef STAMP_IN_MOVE
bool stamped;                   /* a move has taken its time of leaving, and nobody can see it yet */
bool late;                      /* DENYING has confirmed between the two: its lease outlives settle time */
#endif

/* drivers/src/redis/announce.lua */
inline announce(s, told) {
  server[s].lease = false;
  if
  :: server[s].entry != NONE && server[s].entry < told ->
     server[s].entry = told;
     if
     :: server[s].identity == B_PROMOTED -> REACH(17)
     :: server[s].identity == A_AGAIN -> REACH(18)
     :: else
     fi
  :: else
  fi
}

/* drivers/src/postgres/epochs.ts, move: one compare-and-set */
inline move(ledger) {
  number++;
  if
  :: current != STORE_LEDGER -> leftNumber = number
  :: else
  fi;
#ifdef STAMP_IN_MOVE
  late = late && stamped;
  stamped = false;
#endif
  current = ledger
}

inline unlink(p) {
  process[p].link = UNLINKED;
  process[p].to = A;
  process[p].epoch = 0
#ifdef STAMP_IN_MOVE
  ; late = late && p != DENYING
#endif
}

inline unlinkAllFrom(s) {
  if
  :: process[0].link != UNLINKED && process[0].to == s -> unlink(0)
  :: else
  fi;
  if
  :: process[1].link != UNLINKED && process[1].to == s -> unlink(1)
  :: else
  fi
}

/*
 * confirmEpoch, markTo: whoever has been admitted and holds the current epoch marks its ledger, every second. Here at once, for the
 * younger a mark is, the less is told again.
 */
inline markBy(p) {
  if
  :: process[p].link == LINKED && process[p].epoch == number -> server[process[p].to].mark = settled
  :: else
  fi
}

inline endSlowRead() {
  slow = IDLE;
  got = NONE;
  server[A].lease = false;
  server[B].lease = false
}

/*
 * THE property: a verification that begins now is accepted on nothing older than what has been answered as enforced.
 * Those that take several steps are not looked at: what a slow one could do wrong, one that begins after its last step can as well.
 */
#define accept(record) assert(record >= settled)

/* admit: the epoch names this primary, or is moved to it, be it the right one or not */
inline ask(i) {
#ifdef TRUST_THE_MOVER
  me.tells = (current != mine.identity);
#endif
#ifdef NO_EPOCH
  skip;
#else
  if
  :: current == mine.identity
  :: current == STORE_LEDGER -> REACH(10); move(mine.identity)
  :: else -> REACH(11); move(mine.identity)
  fi;
#endif
  me.epoch = number;
  me.link = ASKED
}

#ifdef NO_EPOCH
#define canAsk(s) (server[s].identity != NONE)
#else
#define canAsk(s) (server[s].identity != NONE && (current == server[s].identity || number < LAST_EPOCH))
#endif

/* tellSince: what the ledger's mark does not cover, or was never settled */
#define isUntold (revision > (mine.mark == NONE -> settled : mine.mark))

/* ---- core/src/verify.ts, core/src/epoch/current-ledger.ts --------------------------------------------------------------------------------- */
proctype Verifier(byte i) {
  do
  /* spendOnStore: no told ledger, or it failed. `ledger_spend` compares with the store's own row, and any difference is STALE. */
  :: d_step { me.link != LINKED ->
       accept(revision);
       if
       :: number > 1 && current == STORE_LEDGER && revision > 1 -> REACH(1)
       :: current != STORE_LEDGER -> REACH(2)
       :: else
       fi
     }

  /*
   * told.spend, drivers/src/redis/spend.lua, one script call, where the ledger has an entry. A process cache is as old as it likes, so the
   * record may be any revision that there has been. An older one than the entry's is STALE, the same is DONE, …
   */
  :: d_step { me.link == LINKED && mine.entry != NONE ->
       accept(mine.entry);
#ifdef NO_REVISION_CHECK
       accept(1);
#endif
       if
       :: mine.entry > 1 -> REACH(3)
       :: else
       fi;
       if
       :: me.epoch < number && mine.entry < revision -> REACH(4)
       :: me.to == B && mine.entry == NEWEST -> REACH(5)
       :: me.to == A && me.epoch == number && current == A_AGAIN && mine.entry == NEWEST -> REACH(16)
       :: else
       fi
     }
  /* … and a newer one, which came from the store, is adopted. */
  :: d_step { me.link == LINKED && mine.entry != NONE && mine.entry < revision -> mine.entry++; accept(mine.entry); REACH(6) }

  /* Where it has none: MISS, and a lease; then the store is read, and the entry installed. All at once, … */
  :: d_step { me.link == LINKED && mine.entry == NONE -> mine.entry = revision; mine.lease = false }
  /* … or as late as one likes: */
  :: d_step { me.link == LINKED && mine.entry == NONE && slow == IDLE -> slow = MISSED; mine.lease = true }
  :: d_step { slow == MISSED -> slow = REREAD; got = revision }
  /* on whatever ledger is connected by then, and only where that very lease still stands. (On the store's own, a lease installs nothing.) */
  :: d_step { me.link == LINKED && slow == REREAD ->
       if
#ifdef NO_LEASE
       :: mine.entry == NONE -> mine.entry = got
#else
       :: mine.entry == NONE && mine.lease -> REACH(7); mine.entry = got
       :: mine.entry == NONE && !mine.lease && got < revision -> REACH(8)
#endif
       :: else
       fi;
       endSlowRead()
     }

  :: d_step { me.link == UNLINKED && canAsk(A) -> me.to = A; ask(i) }
  :: d_step { me.link == UNLINKED && canAsk(B) -> me.to = B; ask(i) }

  /* … told; then marked; then admitted */
  :: d_step { me.link == ASKED ->
       if
#if defined(NO_REASSERT)
       :: false
#elif defined(FIXED_WINDOW)
       :: revision > longSettled -> announce(me.to, revision)
#elif defined(TRUST_THE_MOVER)
       :: me.tells && isUntold -> announce(me.to, revision)
#else
       :: isUntold -> REACH(9); announce(me.to, revision)
#endif
       :: else
       fi;
       mine.mark = settled;
       me.link = LINKED
     }

  /*
   * A connection is lost, an admission fails, a lease ends, or confirmEpoch has met a newer epoch: then only the store's own ledger is spent
   * on, until the current one is admitted. An admission that a newer epoch has overtaken is given up as well (hold.ts, admit).
   * (A connection that comes back to its very ledger while the store cannot be asked is here one that was not lost.)
   */
  :: d_step { me.link != UNLINKED -> unlink(i) }

#ifdef SAYS_WHAT_IT_READS
  /* `processes` has the epoch that the store read for the process, though the answer may be lost on its way. */
  :: d_step { i == SERVING && confirmed < number -> confirmed = number }
#endif
#ifdef NO_OVERTAKING
  :: d_step { i == SERVING && confirmed < number && me.link == ASKED -> confirmed = number }
#endif
#ifdef STAMP_IN_MOVE
  :: d_step { i == DENYING && me.link == LINKED && me.epoch == number && stamped -> late = true }
#endif
  od
}

/* ---- core/src/change.ts, core/src/epoch/tell-change.ts: changes of the key, one after the other, and the job that tells again ------------------ */
#define KNOWS_EPOCH 1
#define TOLD 2
#define KNOWS_EPOCH_EARLY 3
byte changer = IDLE;
byte epochRead;
byte ledgerRead;
byte leftRead;

inline readEpoch() {
  epochRead = number;
  ledgerRead = current;
  leftRead = leftNumber
}

inline answer() {
  epochRead = 0;
  ledgerRead = 0;
  leftRead = 0;
  changer = IDLE
}

#ifdef NO_EPOCH
#define isNamed(s) (server[s].identity != NONE)
#else
#define isNamed(s) (server[s].identity == ledgerRead)
#endif

/* No process holds, or is about to hold, an epoch from before a ledger was left: … */
#define isBeyond(p) (process[p].link == UNLINKED || process[p].epoch >= leftRead)
/* … the lease has run out, for settle time has passed (remainingWaitMs); */
#if defined(NO_WAIT)
#define isWaitedOut true
#elif defined(STAMP_IN_MOVE)
#define isWaitedOut (isBeyond(DENYING) || late)
#else
#define isWaitedOut isBeyond(DENYING)
#endif
/* … or, where the end of the lease does not stop it, it has said so (countBehind). */
#if defined(NO_SILENT_WAIT)
#define isHeardOf true
#elif defined(SAYS_WHAT_IT_READS) || defined(NO_OVERTAKING)
#define isHeardOf (isBeyond(SERVING) || confirmed >= leftRead)
#else
#define isHeardOf isBeyond(SERVING)
#endif

proctype Changer() {
  do
#ifdef READ_BEFORE_COMMIT
  :: d_step { changer == IDLE && revision < NEWEST -> readEpoch(); changer = KNOWS_EPOCH_EARLY }
  :: d_step { changer == KNOWS_EPOCH_EARLY -> revision++; changer = KNOWS_EPOCH }
#else
  /* revoke, regenerate, …: the row with its revision, and the announcement, in one transaction */
  :: d_step { changer == IDLE && revision < NEWEST -> revision++ }
#endif
  /* After the commit, or when retell-changes finds the announcement, the epoch is read. */
  :: d_step { changer == IDLE && settled < revision -> readEpoch(); changer = KNOWS_EPOCH }

  /* It is told to exactly the ledger that the epoch names; the store's own need not be told. */
  :: d_step { changer == KNOWS_EPOCH && ledgerRead == STORE_LEDGER -> changer = TOLD }
#ifdef NO_ANNOUNCE
  :: d_step { changer == KNOWS_EPOCH && ledgerRead != STORE_LEDGER -> changer = TOLD }
#else
  :: d_step { changer == KNOWS_EPOCH && ledgerRead != STORE_LEDGER && isNamed(A) -> announce(A, revision); changer = TOLD }
  :: d_step { changer == KNOWS_EPOCH && ledgerRead != STORE_LEDGER && isNamed(B) -> announce(B, revision); changer = TOLD }
#endif
  /* That may fail at any time: then the epoch moves to the store's own ledger, unless it has moved already, and is read anew. */
  :: d_step { changer == KNOWS_EPOCH && ledgerRead != STORE_LEDGER && number == epochRead && number < LAST_EPOCH -> move(STORE_LEDGER); answer() }
  :: d_step { changer == KNOWS_EPOCH && ledgerRead != STORE_LEDGER && number != epochRead -> answer() }

  /* settle: 200, and the announcement has its `settled_at` */
  :: d_step { changer == TOLD && isWaitedOut && isHeardOf ->
       if
       :: leftRead == 0 && revision == NEWEST -> REACH(12)
       :: leftRead > 0 && ledgerRead == STORE_LEDGER -> REACH(13)
       :: leftRead > 0 && ledgerRead != STORE_LEDGER -> REACH(14)
       :: else
       fi;
       settled = revision;
       markBy(SERVING);
       markBy(DENYING);
       answer()
     }
  /* 202, enforced: false. Or the process dies, or the store is away: at any step, and the announcement stays. */
  :: d_step { changer != IDLE ->
       if
       :: changer == TOLD && isWaitedOut && !isHeardOf -> REACH(15)
       :: else
       fi;
       answer()
     }
  od
}

/* ---- what befalls the ledgers ------------------------------------------------------------------------------------------------------------- */
inline copy(to, from) {
  server[to].entry = server[from].entry;
  server[to].lease = server[from].lease;
  server[to].mark = server[from].mark
}

inline comeBack() {
  restarted = true;
#ifdef NO_REPLICATION_ID
  server[A].identity = (server[B].identity == NONE -> A_AGAIN : A_FIRST);
#else
  server[A].identity = A_AGAIN;
#endif
#ifdef LINKS_OUTLIVE_DEMOTION
  if
  :: server[B].identity == NONE -> unlinkAllFrom(A)
  :: else
  fi
#else
  unlinkAllFrom(A)
#endif
}

proctype World() {
  bool restarted = false;
  do
  /* An entry's time is up. */
  :: d_step { server[A].entry != NONE -> server[A].entry = NONE }
  :: d_step { server[B].entry != NONE && server[B].identity != NONE -> server[B].entry = NONE }

  /* Until it is promoted, B is A's lagging replica, and its snapshot: as A was at some time before. */
  :: d_step { server[B].identity == NONE && !restarted -> copy(B, A) }
  /* Failover: B is promoted. A lives on, with all who are connected to it. */
  :: d_step { server[B].identity == NONE -> server[B].identity = B_PROMOTED }
  /* A comes back as B is: from the snapshot; or, after the failover, as B's replica that is promoted in its turn, while B lives on. Or empty. */
  :: d_step { !restarted -> copy(A, B); comeBack() }
  :: d_step { !restarted -> server[A].entry = NONE; server[A].lease = false; server[A].mark = NONE; comeBack() }

#ifdef FIXED_WINDOW
  :: d_step { longSettled < settled -> longSettled = settled }
#endif
#ifdef STAMP_IN_MOVE
  :: d_step { !stamped && number < LAST_EPOCH && current != STORE_LEDGER -> stamped = true }
#endif
  od
}

init {
  atomic {
    server[A].identity = A_FIRST;
    server[A].mark = 1;
    run Verifier(SERVING);
    run Verifier(DENYING);
    run Changer();
    run World()
  }
}
