// Package proof proves one consent event years later: offline, with a public key only, also after the personal data was
// erased.
//
// It knows no ledger and no store. A ledger calls it when an event is recorded; whoever checks a proof needs this package,
// or a program of their own written from this comment, and the log's public key.
//
// # From event to proof
//
// An event has three layers, so that one of them can be erased:
//
//   - The [Body] goes into the log and stays for ever: an id, the type of the event, purpose and channel, the hash of the notice,
//     16 digests and a commitment. It has no time, no free text, no name.
//   - A [Disclosure] for each fact (who, when, how) opens one digest. It is stored beside the event and deleted on erasure; with
//     its 128-bit salt gone the digest says nothing. All bodies have 16 digests, the rest are random, so that
//     the number of facts does not show.
//   - The [Capsule] is what may be kept after erasure for the defence of legal claims (Art. 17(3)(e) GDPR): a salt and a time which, with
//     the controller's [Pepper] and the address that a claimant shows, open the commitment of one event. A capsule is
//     pseudonymized personal data, not anonymous data: it needs a term, and ends with it. When the pepper is destroyed no capsule
//     can be linked to an address any more.
//
// Making a proof takes five steps:
//
//	disclosures, err := sealer.Seal(&body, fields, nil)        // keep both
//	index := log.Append(body.Leaf())                           // or Grow, over stored tiles
//	checkpoint, err := proof.Sign(origin, log.Head(), key)     // once in a while, not for every event
//	hashes, err := log.Prove(log.Size(), index)                // or Prove, over stored tiles
//	file, err := proof.FormatProof(&proof.Proof{Statement: statement, Index: index, Hashes: hashes, Checkpoint: checkpoint})
//
// and checking one takes one: policy.Verify(file).
//
// # What a proof shows, and what not
//
// A log that its owner alone signs proves nothing about when something happened, and nothing against an owner who rewrites the whole
// log: with the key, a new log with another past takes minutes. Against a reader who took a copy of the public key and
// of checkpoints before there was a dispute, the owner is bound: a proof under that key, with a root that is consistent
// ([CheckConsistency]) with those checkpoints, shows that the event was in the log when the copies were made, as it is now. So hand out
// checkpoints early: to an auditor, to the person with each receipt, in print.
//
// An unanchored proof (no copy from before, no witness) shows integrity only: nobody without the key made it, nothing in the
// file was changed since, and whoever holds the key stands by it. The times in disclosures and claims are the owner's word.
//
// A witness cosignature adds what the owner cannot: a third party's clock (the event existed at the latest then) and, as
// a witness signs only heads that contain all it signed before, a bar to showing different logs to different readers. Set
// [Policy].Witnesses and Quorum to insist on it. The witness must be run by someone else.
//
// A proof shows that an event was recorded. It does not show that the person did what was recorded, nor that there is no later
// withdrawal; for that ask for a [VerifiedBundle], whose completeness is the owner's signed word.
//
// # Stored formats
//
// All formats are text unless they say bytes. LF is the byte 0x0a and ends every line, also the last; there is no CR, no
// other space than is shown, no byte order mark. "hex" is lower case. "base64" is RFC 4648 section 4 with padding,
// "base64url" is RFC 4648 section 5 without; both with the unused last bits zero. Decimal numbers have no sign, and
// no leading zero unless they are 0. SHA-256 and HMAC results are 32 bytes. || joins bytes. For everything below there is
// one way to write it: a reader decodes, writes again, and refuses what differs.
//
// Disclosure (RFC 9901 section 4.2.1):
//
//	base64url( `["` || base64url(salt, 16 bytes: 22 characters) || `","` || name || `",` || value || `]` )
//	digest = SHA-256 over the ASCII characters of that base64url text
//
// The name is [a-z_]{1,64} and not _sd. The value is one JSON value in UTF-8 with no space between tokens, no key twice in one object
// (keys compared after escapes are resolved), no half surrogate pair in \u escapes, and no value in it lies inside more than 32
// arrays and objects. The text has at most 65,536 characters.
//
// Body, 22 lines:
//
//	grondslag consent event 1
//	id <hex of 16 bytes>
//	type <[a-z_]{1,64}>
//	purpose <[A-Za-z0-9_.:-]{1,255}>     "purpose" alone, without the space, when there is none
//	channel <[a-z_]{1,64}>               "channel" alone, without the space, when there is none
//	notice <hex of the SHA-256 of the notice's canonical bytes>      64 zeros when there was none
//	capsule <hex of the 32-byte commitment>
//	<base64url of a digest, 43 characters>     16 such lines, in strictly ascending order of the 32 bytes
//
//	leaf = SHA-256(0x00 || body text)
//
// Capsule, bytes; u64 is 8 bytes, big-endian:
//
//	prk     = HKDF-Extract(SHA-256, salt = "grondslag consent capsule 1", IKM = the pepper's key, at least 32 bytes)
//	key     = HKDF-Expand(prk, info = "capsule key 1" || id, 32)       id is the 16 bytes of the body
//	tag     = HMAC-SHA256(key, address)
//	capsule = SHA-256("grondslag capsule 1" || LF || salt, 16 bytes || tag || u64(Unix seconds) || notice, 32 bytes of the body ||
//	          u64(length of purpose) || purpose of the body)
//
// The address is UTF-8, 1 to 1,024 bytes, normalized by whoever recorded it. An event without an address has 32 random bytes.
//
// Tree: RFC 6962 section 2.1 with SHA-256, root of no leaves SHA-256(""), node SHA-256(0x01 || left || right). Tiles are those of
// C2SP tlog-tiles, height 8: tile (level, index) is the concatenation of up to 256 hashes of complete subtrees of
// 256^level leaves each, from number 256*index on.
//
// Checkpoint (C2SP tlog-checkpoint without extension lines), a signed note:
//
//	<origin>
//	<size, decimal>
//	<base64 of the root>
//	<empty line>
//	— <key name> <base64(key hash, 4 bytes || signature)>     one line for each key: em dash U+2014, space, name, space, base64
//
// What is signed is the text before the empty line, with its last LF. A size is at most 2^62; size 0 has the root of no leaves. Names are 1 to 255 bytes of UTF-8 without plus, Unicode space or
// control character below U+0020. No key has two lines; there are 1 to 100 of them, and at most 65,536 bytes in all.
//
//	log key:   name = origin; verifier key <name>+<hex of key hash>+<base64(0x01 || Ed25519 public key, 32 bytes)>
//	           key hash = first 4 bytes of SHA-256(name || LF || 0x01 || public key)
//	           signature = Ed25519 over the text, 64 bytes
//	witness:   the same with 0x04 in both places (C2SP tlog-cosignature, cosignature/v1)
//	           signature = u64(Unix seconds, below 2^63) || Ed25519 over "cosignature/v1" LF "time <decimal seconds>" LF || the text
//
// Key transition, a signed note with two signature lines, of the old key and then of the new, in this order:
//
//	grondslag consent key 1
//	<origin>
//	<new verifier key>
//	<size, decimal>
//	<base64 of the root at that size>
//
// All keys of a chain have the origin as their name and different key hashes. Sizes do not fall from one transition to the next, and equal
// sizes have equal roots. A key is in force for heads from the size of its own transition (the pinned key: 0) up to the size of the
// next one, both included; at just these sizes the root must be that of the transition. A checkpoint needs a valid signature of
// a key in force; signatures of other keys of the chain may be there and must be valid.
//
// Statement, what the extra line of a proof holds:
//
//	grondslag consent statement 1
//	body <base64 of the body text>
//	disclosure <disclosure>                  0 to 16 lines, in strictly ascending order of their digests
//	notice <base64 of the notice>            or no such line; 1 to 1,048,576 bytes
//	claim <hex of key> <hex of salt> <Unix seconds, decimal, below 2^63> <base64 of the address>       or no such line
//
// Each digest is among those of the body and each field name is there once. SHA-256 of the notice is the body's. The claim's
// key, salt, time and address give the body's capsule.
//
// Proof (C2SP tlog-proof@v1), at most 4,194,304 bytes:
//
//	c2sp.org/tlog-proof@v1
//	extra <base64 of the statement>
//	index <decimal>
//	<base64 of a hash>         0 to 63 lines: the inclusion proof of RFC 6962 section 2.1.1, from the leaf's sibling to the root's child
//	<empty line>
//	<the checkpoint>
//
// Bundle, at most 67,108,864 bytes: sections one after the other, each a line "-- <kind> <length in bytes, decimal>" and then exactly
// so many bytes. First one of kind manifest, then 0 to 1,000 of kind transition, oldest first, then 1 to 10,000 of kind proof. The manifest is a
// signed note of at most 1,048,576 bytes with one signature line, of a log key in force at the head of the proofs:
//
//	grondslag consent bundle 1
//	<origin>
//	<number of proofs, decimal>
//	<base64 of the SHA-256 of a proof section's bytes>      a line for each proof, in the order of the file
//
// All proofs have the same head (their cosignatures may differ) and strictly ascending indexes. The first transition is signed by the
// pinned key, or is one the reader already has, whose successors then follow in the reader's order; each further one is signed by the key
// before it. The size of no transition is larger than that of the head.
//
// # Unknown signature lines
//
// C2SP signed-note asks readers to skip signature lines of keys they do not know. In a proof such a line could hold anything and
// be changed unseen, so [Policy.Open] and the two Verify methods refuse it, with [PartCosignature]: a file that verifies
// has no bit that was not checked. [Policy].AllowUnknown restores the C2SP rule, and its price is named there. Removing
// a cosignature line altogether is never detected beyond the quorum: a checkpoint does not say who witnessed it.
//
// # Errors
//
// Everything that is wrong in a file is an [*Error] with one of these parts, and in a bundle with the number of the proof:
//
//	file         the frame: header, a line or section unknown, repeated, missing or out of order, a limit
//	bundle       the manifest, its signature; a proof missing, added, moved, or of another head
//	key          the policy's own keys, a transition
//	body         the text of the body
//	disclosure   its form, its order; that the body has its digest
//	notice       its length; that the body has its hash
//	capsule      the claim; that it opens the body's commitment
//	checkpoint   its form, its origin
//	signature    of the log
//	cosignature  of a witness; the quorum; a line of an unknown key
//	inclusion    index and hashes
//	consistency  of two heads
//
// The first fault found is reported: the form of every part from top to bottom, then checkpoint, inclusion, disclosures, notice and
// claim; in a bundle the frame, the transitions, the proofs one by one, and the manifest last. No error holds
// anything from the file.
//
// # Compatibility
//
// A file that this version accepts is accepted by every later version of this module, as is a key, a checkpoint and a stored tile. What
// the first line calls version 1 never changes in form or meaning; a change is a new first line, which older readers
// refuse. testdata/v1 holds files of the first version that every version must verify.
package proof

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Part
