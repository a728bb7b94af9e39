/*
 * One ledger that has to be told, and what it keeps of a key and of its tenant: drivers/src/redis/spend.lua and announce.lua, against
 * core/src/verify.ts and core/src/change.ts. Two verifying processes, both slow readers with caches of their own; one process that changes the
 * key twice, one that changes the tenant; entries and leases whose time is up. What becomes of a ledger that forgets is in protocol.pml.
 *
 * Revisions are counted from 1. README.md says what each switch (-D…) takes away.
 */

#ifndef GOAL
#define GOAL 0                  /* a place that has to be reached: its assertion has to fail */
#endif
#define REACH(place) assert(GOAL != place)

#define NONE 0
#define KEY 0
#define TENANT 1

/* By subject, KEY or TENANT: */
byte revision[2] = 1;           /* the store's row, as committed */
byte enforced[2] = 1;           /* the newest one whose change was answered */
byte entry[2];                  /* in the ledger; NONE: absent */
byte lease[2];                  /* beside the entry, under its name and "#" */

#define IDLE 0
#define SPEND 1                 /* about to spend */
#define READ 2                  /* about to read the store */

typedef Process {
  byte phase;
  byte record[2];               /* in the process cache */
  byte must[2];                 /* what had been enforced when the verification began */
  byte lease[2]                 /* what a MISS has brought, for each subject that the ledger did not have */
}
Process process[2];
#define me process[i]

/* A lease that nobody has and the ledger does not know: spend.lua draws it from the process's own nonce. */
#define isKnown(s, l) (process[0].lease[s] == l || process[1].lease[s] == l || lease[s] == l)
#define freshLease(s) (!isKnown(s, 1) -> 1 : (!isKnown(s, 2) -> 2 : (!isKnown(s, 3) -> 3 : 4)))

inline forget() {
  me.lease[KEY] = NONE;
  me.lease[TENANT] = NONE
}

/* spend.lua, install */
#ifdef NO_LEASE
#define mayInstall(s) (entry[s] == NONE && me.lease[s] != NONE)
#else
#define mayInstall(s) (entry[s] == NONE && me.lease[s] != NONE && lease[s] == me.lease[s])
#endif
inline install(s) {
  if
  :: mayInstall(s) ->
     if
     :: s == TENANT -> REACH(1)
     :: else
     fi;
     entry[s] = me.record[s];
     lease[s] = NONE
  :: entry[s] == NONE && me.lease[s] != NONE && !mayInstall(s) -> REACH(2)
  :: else
  fi
}

/* spend.lua, lease_of */
inline takeLease(s) {
  if
  :: entry[s] != NONE
  :: entry[s] == NONE && lease[s] != NONE -> REACH(3); me.lease[s] = lease[s]        /* shared with another reader */
  :: else -> lease[s] = freshLease(s); me.lease[s] = lease[s]
  fi
}

/* spend.lua, is_current: a newer revision than the ledger's is adopted */
inline adopt(s) {
  if
  :: entry[s] < me.record[s] -> REACH(4); entry[s] = me.record[s]
  :: else
  fi
}
#ifdef NO_REVISION_CHECK
#define isOlder(s) false
#elif defined(NO_TENANT_CHECK)
#define isOlder(s) (s == KEY && me.record[s] < entry[s])
#else
#define isOlder(s) (me.record[s] < entry[s])
#endif

proctype Verifier(byte i) {
  do
  /* verify: with the record in the process cache, however old, or with one from the store */
  :: d_step { me.phase == IDLE -> me.must[KEY] = enforced[KEY]; me.must[TENANT] = enforced[TENANT]; me.phase = SPEND }
  :: d_step { me.phase == IDLE -> me.must[KEY] = enforced[KEY]; me.must[TENANT] = enforced[TENANT]; me.phase = READ }

  /* reload: one statement, as late as one likes */
  :: d_step { me.phase == READ -> me.record[KEY] = revision[KEY]; me.record[TENANT] = revision[TENANT]; me.phase = SPEND }

  /* spend.lua, one script call */
  :: d_step { me.phase == SPEND ->
       install(KEY);
       install(TENANT);
       forget();
       if
       :: entry[KEY] == NONE || entry[TENANT] == NONE ->            /* MISS */
          takeLease(KEY);
          takeLease(TENANT);
#ifdef NO_READ_AFTER_LEASE
          me.phase = SPEND
#else
          me.phase = READ
#endif
       :: else ->
          adopt(KEY);
          if
          :: isOlder(KEY) -> REACH(5); me.phase = READ              /* STALE */
          :: else ->
             adopt(TENANT);
             if
             :: isOlder(TENANT) -> REACH(6); me.phase = READ
             :: else ->                                             /* DONE */
                /* THE property: nothing older than what was in force when the verification began */
                assert(me.record[KEY] >= me.must[KEY] && me.record[TENANT] >= me.must[TENANT]);
                if
                :: me.must[KEY] == 3 && me.must[TENANT] == 2 -> REACH(7)
                :: else
                fi;
                me.must[KEY] = 0;
                me.must[TENANT] = 0;
                me.phase = IDLE
             fi
          fi
       fi
     }
  od
}

/* commitChange: the store first, then the ledger, then the answer */
proctype Changer(byte s; byte changes) {
  do
  :: changes > 0 ->
     d_step { changes--; revision[s]++ };
     d_step {
#ifndef NO_ANNOUNCE
#ifndef ANNOUNCE_KEEPS_LEASE
       lease[s] = NONE;
#endif
       if
       :: entry[s] != NONE && entry[s] < revision[s] -> entry[s] = revision[s]
       :: else
       fi
#else
       skip
#endif
     };
     enforced[s] = revision[s]
  :: else -> break
  od
}

/* An entry's or a lease's time is up. */
proctype World() {
  do
  :: d_step { entry[KEY] != NONE -> entry[KEY] = NONE }
  :: d_step { entry[TENANT] != NONE -> entry[TENANT] = NONE }
  :: d_step { lease[KEY] != NONE -> lease[KEY] = NONE }
  :: d_step { lease[TENANT] != NONE -> lease[TENANT] = NONE }
  od
}

init {
  atomic {
    process[0].record[KEY] = 1;
    process[0].record[TENANT] = 1;
    process[1].record[KEY] = 1;
    process[1].record[TENANT] = 1;
    run Verifier(0);
    run Verifier(1);
    run Changer(KEY, 2);
    run Changer(TENANT, 1);
    run World()
  }
}
