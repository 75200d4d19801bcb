// Package keeper is the engine: it alone reads and writes grants, and it alone spends refresh tokens.
//
// # Facts, not flags
//
// For each account the keeper remembers facts: the whole record as it was last stored or is still to be stored, the settings,
// what the last attempt came to, what the keychain (behind the interface Vault) said last, whether the disk holds an answer back
// or work broke down, whether a refresh is under way. What an account is (its state and reason, when the keeper acts next and
// how) is worked out from those facts, a few that are not one account's alone, and the time, by one pure function, status,
// whenever somebody asks. Nobody assigns a state. The table of all states is the comment of status, and the test of status.
//
// # One refresh
//
// rotate (refresh.go) is to be read from top to bottom. Each step is durable before the next one begins:
//
//	recover       what an earlier process left: an answer sealed and not stored, a keychain that went back
//	choose        the current refresh token, or the previous one once the current one was refused
//	reserve       room on the disk for the answer
//	write intent  into the keychain, and read it back: this proves that the answer can be stored
//	send          exactly once (package oauth)
//	seal          the answer as it arrived, before anything looks into it
//	decide        record + answer = next record, or what is wrong: a pure function
//	store         into the keychain, and read it back; only then is the new token shown to anybody
//
// A sign-in takes the same steps with a code in place of the refresh token. If it may be another person's, somebody is asked
// between two turns, and what was said is sealed with the answer: only a yes is taken up again after a crash.
//
// A refresh token that a person has won elsewhere (bring.go) is made the account's and takes all these steps; the chain there was is the previous
// generation until then. What it certainly has not spent, or brought, is taken back.
//
// Sealed answers stay for a while after they were stored: the archive. A keychain that goes back to an older record is brought
// forward from it, generation by generation, and learns again what was refused and what was lost.
//
// # What it promises
//
// The numbers are those of docs and tests: 1 one spender. 2 Storage is proved before anything is spent. 3 Sent exactly once.
// 4 What was sent is seen through. 5 Sealed, then stored, then used. 6 Nothing is deleted because something failed. 7 A lost
// answer is said to be uncertain. 8 Rests hold a due token back for a minute at most. 9 Refreshes are as rare as is safe.
// 10 Deadlines are of the wall clock. 11 Waits survive restarts. 12 What cannot be read is not empty. 13 A verdict holds for
// the refresh token, the client and the endpoint it was about. 14 What was spent stays known.
//
// # Threads
//
// An account has two parts, each a type of its own. turnPart belongs to whoever holds the account's turn, a semaphore of one
// that is held over I/O; mutexPart is guarded by Keeper.mu, which is never held over I/O. Functions that want the mutex held
// end in Locked. All exported functions are safe for any goroutine.
package keeper
