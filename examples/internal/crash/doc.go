// Package crash holds tests of the consent ledger that kill the program, cut the connection,
// fill the disk, turn the clock back and edit the database behind its back.
package crash
