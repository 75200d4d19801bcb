// Package journal is what survives a crash: the record in the keychain and the sealed answers on the disk.
//
// A refresh token works once, and the answer to a refresh holds the only copy of the next one. So a refresh leaves a trail,
// and each piece of it is written before the step that could lose it:
//
//	before anything is sent   a file is reserved for the answer (Seals.Reserve)
//	                          the Intent is in the record, the record is in the keychain (Record.WithIntent)
//	                          the file says "may be sent from now on" (Seals.Sending)
//	when an answer arrives    it is sealed under a key that the keychain has already (Seals.Write)
//	when it was understood    the record one generation on is in the keychain (Record.Next)
//
// Whatever process comes next reads the trail backwards and knows where it broke off: an answer that is sealed and not
// stored (Seals.Open), an answer that the keychain took and forgot again (Seals.Successors), a request that was never sent,
// or one whose answer is lost (Seals.Phase, Record.Unresolved).
//
// Records are values. The functions that change one return another and touch nothing else; that is why they can be tested
// with literals. This package opens no connection and reads no clock. A Seals is safe for use by any goroutine, but one
// account's files belong to whoever holds the account's turn.
package journal
