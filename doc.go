// Package grondslag is the map of a house for privacy-aware customer data. It holds
// nothing else: import the room you need.
//
// A grondslag (Dutch) is the legal ground on which a use of personal data rests. The
// module answers the questions that the GDPR asks of every firm with customers, and
// each room answers one of them, on its own:
//
//   - [github.com/grondslag/grondslag/basis]: may I use this field of this contact,
//     for this purpose, over this channel? On which ground, and how do I show it?
//   - [github.com/grondslag/grondslag/basis/reconsent]: must I ask my whole database
//     for consent again? (No, mostly.)
//   - [github.com/grondslag/grondslag/basis/reconsent/exports]: the same, asked of the
//     exports of CRM and mail programs.
//   - [github.com/grondslag/grondslag/retention]: how long may I keep it, and what must go
//     today? Rules, schedules, holds, erasure, sweeps, and the deadlines of the GDPR.
//   - [github.com/grondslag/grondslag/retention/statute]: the periods of fourteen
//     countries' laws, dated, with article and source.
//   - [github.com/grondslag/grondslag/retention/holiday]: public holidays of thirteen
//     countries as rules, for deadlines.
//   - [github.com/grondslag/grondslag/consent]: do I have consent, and can I prove it? A
//     ledger whose proofs outlive erasure.
//   - [github.com/grondslag/grondslag/consent/proof]: those proofs, checked offline.
//   - [github.com/grondslag/grondslag/consent/sqlstore]: the ledger in SQLite and PostgreSQL.
//   - [github.com/grondslag/grondslag/consent/optin]: double opt-in and one-click withdrawal.
//   - [github.com/grondslag/grondslag/consent/receipt]: receipts, written and read.
//   - [github.com/grondslag/grondslag/consent/consenttest]: the tests that every store passes.
//   - [github.com/grondslag/grondslag/anonymize]: how do I process it safely? Tokens,
//     encryption, masks and coarser values, field by field, for one recipient at a time.
//   - [github.com/grondslag/grondslag/anonymize/fpe]: encryption that keeps the format.
//   - [github.com/grondslag/grondslag/anonymize/ff1], [github.com/grondslag/grondslag/anonymize/siv]
//     and [github.com/grondslag/grondslag/anonymize/cryptopan]: the ciphers beneath.
//   - [github.com/grondslag/grondslag/anonymize/reidentify]: the capability to turn
//     pseudonymised data back.
//   - [github.com/grondslag/grondslag/anonymize/anonymizetest]: the tests that every key
//     store, subject store and vault passes.
//   - [github.com/grondslag/grondslag/basis/basistest]: conformance tests for those who
//     plug in their own witnesses.
//
// Rules are pure functions of facts and a date; law is data with a source and a day
// from which it holds; zero values deny. The programs under examples, a module of its
// own, show how it is done.
package grondslag
