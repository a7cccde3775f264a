package consent

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// The codes of [Ledger.Verify]. The path of a finding names the row: "events/" and the id of an
// event, "checkpoints/" and a size, "tiles/" and level and index, "notices/" and a hash.
const (
	CodeBody        basis.Code = "ledger_body"       // the body of an event is not the one that was logged
	CodeDisclosure  basis.Code = "ledger_disclosure" // a value or salt is not the one that was recorded, or is gone
	CodeLink        basis.Code = "ledger_link"       // an event is linked to someone else, or to no one
	CodeLeaf        basis.Code = "ledger_leaf"       // a leaf of the log without its event, twice, or an event that is in no log
	CodeTile        basis.Code = "ledger_tile"       // the hashes of the log were changed
	CodeCheckpoint  basis.Code = "ledger_checkpoint" // a checkpoint does not verify, or not over these leaves
	CodeStoredTerms basis.Code = "ledger_notice"     // a notice was changed, or is missing
	CodeCapsule     basis.Code = "ledger_capsule"    // a capsule of an event that is not erased
	CodeErasure     basis.Code = "ledger_erasure"    // more or fewer events are without values than erasures say
	CodeStanding    basis.Code = "ledger_standing"   // a standing that the events do not bear out
)

// Verify reads the whole ledger and returns what does not hold: every body against the log, every
// disclosure against its body, every link, checkpoint, tile and notice, and every standing. An error is that it
// could not read. What it can't see: a change of what only keys can open (capsules, marks), an owner who wrote
// the whole log anew (hold an older checkpoint against it: [Ledger.Consistency]), and events that were
// recorded, and dropped again, before they were in the log.
//
// It may run while events are recorded, not while people are erased. It keeps some 700
// bytes for each event in memory, the most for the standings.
func (l *Ledger) Verify(ctx context.Context) ([]basis.Finding, error) {
	if l.cfg.Policy.Log == nil {
		return nil, errors.New("consent: verifying needs the policy of the log")
	}
	v := verification{Ledger: l, leaves: map[EventID]tlog.Hash{}, pending: map[EventID]tlog.Hash{}, index: l.newIndex()}
	for _, step := range [...]func(context.Context) error{v.checkNotices, v.checkEvents, v.checkLog, v.checkCapsules, v.checkStandings} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return v.findings, nil
}

type verification struct {
	*Ledger
	findings []basis.Finding
	leaves   map[EventID]tlog.Hash // of every event, by its body
	pending  map[EventID]tlog.Hash
	index    *Index
	empty    int // events without values
	lost     int // what the erasures say of that
	erased   map[EventID]bool
	about    []Query
	notices  map[NoticeHash]bool
}

func (v *verification) found(c basis.Code, path, en, nl string) {
	v.findings = append(v.findings, basis.Finding{
		Code: c, Severity: basis.SeverityError, Path: path, Article: "GDPR 7(1)", Text: basis.Text{En: en, Nl: nl},
	})
}

func eventPath(id EventID) string { return "events/" + id.String() }

func (v *verification) checkNotices(ctx context.Context) error {
	list, err := v.store.Notices(ctx)
	if err != nil {
		return err
	}
	v.notices = map[NoticeHash]bool{}
	for _, p := range list {
		n, err := ParseNotice(p.Notice)
		if err != nil || n.Hash() != p.Hash {
			v.found(CodeStoredTerms, "notices/"+p.Hash.String(), "The notice was changed.", "De tekst is veranderd.")
			continue
		}
		v.notices[p.Hash] = true
	}
	return nil
}

func (v *verification) checkEvents(ctx context.Context) error {
	v.erased = map[EventID]bool{}
	seen := map[Query]bool{}
	for s, err := range v.store.All(ctx) {
		if err != nil {
			return err
		}
		e, ok := v.checkEvent(&s)
		if !ok || e.Subject == "" {
			continue
		}
		v.index.Add(&e)
		if q := (Query{Purpose: e.Purpose, Channel: e.Channel}); e.Type.grants() && !seen[q] {
			seen[q] = true
			v.about = append(v.about, q)
		}
	}
	for s, err := range v.store.AllSuppressions(ctx) {
		if err != nil {
			return err
		}
		v.index.suppress(s)
	}
	if v.empty != v.lost {
		v.found(CodeErasure, "erasures", fmt.Sprintf("%d events have no values, and erasures took those of %d.", v.empty, v.lost),
			fmt.Sprintf("%d gebeurtenissen hebben geen waarden meer, en er zijn er %d gewist.", v.empty, v.lost))
	}
	return nil
}

// checkEvent holds the values of an event against its body, and the link against the values.
func (v *verification) checkEvent(s *Stored) (Event, bool) {
	path := eventPath(s.ID)
	b, err := proof.ParseBody(s.Body)
	if err != nil || EventID(b.ID) != s.ID {
		v.leaves[s.ID] = tlog.RecordHash(s.Body)
		v.found(CodeBody, path, "The body can't be read, or is of another event.", "De inhoud is niet te lezen, of van een andere gebeurtenis.")
		return Event{}, false
	}
	v.leaves[s.ID] = b.Leaf()
	if NoticeHash(b.Notice) != (NoticeHash{}) && !v.notices[b.Notice] {
		v.found(CodeStoredTerms, path, "The notice that it quotes is missing.", "De tekst waarnaar het verwijst ontbreekt.")
	}
	if s.Disclosures == nil && s.Short == nil {
		v.empty++
		v.erased[s.ID] = true
		if s.Subject != "" {
			v.empty-- // no erasure leaves a link
			v.found(CodeDisclosure, path, "Its values are gone, and it was not erased.", "De waarden zijn weg, en het is niet gewist.")
		}
		return Event{}, false
	}
	disclosed, _, err := splitCapsule(s.Disclosures)
	if err != nil {
		v.found(CodeDisclosure, path, "The salt of its capsule was changed.", "Het zout van de capsule is veranderd.")
		return Event{}, false
	}
	for _, sealed := range [...][]byte{disclosed, s.Short} {
		for _, d := range proof.Disclosures(sealed) {
			digest := sha256.Sum256([]byte(d))
			if !slices.ContainsFunc(b.Digests[:], func(o [32]byte) bool { return bytes.Equal(o[:], digest[:]) }) {
				v.found(CodeDisclosure, path, "A value was changed.", "Een waarde is veranderd.")
				return Event{}, false
			}
		}
	}
	e, err := s.open()
	if err != nil {
		v.found(CodeDisclosure, path, "A value can't be read.", "Een waarde is niet te lezen.")
		return Event{}, false
	}
	switch {
	case e.Type == Erased:
		v.lost += e.Lost
	case e.Subject == "" || e.Actor == "" || e.Occurred.IsZero() || e.Recorded.IsZero():
		v.found(CodeDisclosure, path, "A value is gone, and it was not erased.", "Een waarde is weg, en het is niet gewist.")
	}
	if e.Subject != s.Subject || e.With != s.With {
		v.found(CodeLink, path, "It is linked to someone else than it is about.", "Het is aan een ander gekoppeld dan over wie het gaat.")
	}
	return e, true
}

// checkLog goes through the leaves in order, and holds what they come to against each checkpoint.
func (v *verification) checkLog(ctx context.Context) error {
	pending, err := v.store.Pending(ctx, math.MaxInt32)
	if err != nil {
		return err
	}
	for _, p := range pending {
		v.pending[p.ID] = p.Hash
	}
	var heads []proof.Head
	for size := int64(0); ; size++ {
		msg, of, err := v.store.Checkpoint(ctx, size)
		if errors.Is(err, ErrUnknown) {
			break
		}
		if err != nil {
			return err
		}
		size = of
		c, err := v.cfg.Policy.Open(msg)
		if err == nil && c.Head.Size != of {
			v.found(CodeCheckpoint, fmt.Sprintf("checkpoints/%d", of), "The checkpoint is of another size.", "Het controlepunt is van een andere grootte.")
			continue
		}
		if err != nil {
			v.found(CodeCheckpoint, fmt.Sprintf("checkpoints/%d", of), "A checkpoint does not verify: "+part(err), "Een controlepunt klopt niet: "+part(err))
			continue
		}
		heads = append(heads, c.Head)
	}
	var fromBodies, fromTiles proof.Log
	in := map[EventID]bool{}
	var suspects []EventID
	var suspectTiles []string
	tile, tileIndex := []byte(nil), int64(-1)
	at := int64(0)
	for id, err := range v.store.Leaves(ctx, 0) {
		if err != nil {
			return err
		}
		leaf, known := v.leaves[id]
		if !known { // recorded meanwhile, or gone
			if s, err := v.store.Find(ctx, id); err == nil {
				leaf, known = tlog.RecordHash(s.Body), true
			} else if !errors.Is(err, ErrUnknown) {
				return err
			}
		}
		switch {
		case !known:
			v.found(CodeLeaf, eventPath(id), "It is in the log, and the event is gone.", "Het staat in het logboek, en de gebeurtenis is weg.")
		case in[id]:
			v.found(CodeLeaf, eventPath(id), "It is in the log twice.", "Het staat twee keer in het logboek.")
		}
		in[id] = true
		if at>>8 != tileIndex {
			tileIndex = at >> 8
			if tile, err = v.store.Tile(ctx, 0, tileIndex); err != nil {
				return err
			}
		}
		logged := tlog.Hash{}
		if off := int(at&255) * tlog.HashSize; off+tlog.HashSize <= len(tile) {
			logged = tlog.Hash(tile[off : off+tlog.HashSize])
		}
		if known && logged != leaf {
			suspects = append(suspects, id)
			if path := fmt.Sprintf("tiles/0/%d", tileIndex); !slices.Contains(suspectTiles, path) {
				suspectTiles = append(suspectTiles, path)
			}
		}
		if !known {
			leaf = logged
		}
		fromBodies.Append(leaf)
		fromTiles.Append(logged)
		at++
	}
	for id := range v.leaves {
		if hash, waits := v.pending[id]; !in[id] && !waits {
			v.found(CodeLeaf, eventPath(id), "It is neither in the log nor waiting for it.", "Het staat niet in het logboek, en wacht er niet op.")
		} else if waits && hash != v.leaves[id] {
			v.found(CodeBody, eventPath(id), "It was changed before it came into the log.", "Het is veranderd voor het in het logboek kwam.")
		}
	}
	return v.checkHeads(ctx, heads, &fromBodies, &fromTiles, suspects, suspectTiles)
}

// part is the part that does not hold.
func part(err error) string {
	if p, ok := errors.AsType[*proof.Error](err); ok {
		return string(p.Part)
	}
	return "form"
}

// checkHeads says who is right: the checkpoints decide between the bodies and the tiles.
func (v *verification) checkHeads(ctx context.Context, heads []proof.Head, bodies, tiles *proof.Log, suspects []EventID, suspectTiles []string) error {
	holds := func(log *proof.Log, h proof.Head) bool {
		if h.Size > log.Size() {
			return false
		}
		got, err := log.HeadAt(h.Size)
		return err == nil && got == h
	}
	if len(heads) == 0 {
		if bodies.Size() > 0 {
			v.found(CodeCheckpoint, "checkpoints", "The log has leaves and no checkpoint.", "Het logboek heeft bladeren en geen controlepunt.")
		}
		return nil
	}
	last := heads[len(heads)-1]
	size := last.Size
	if bodies.Size() > size { // it grew meanwhile
		if now, _, err := v.Head(ctx); err == nil {
			size = now.Size
		}
	}
	if size != bodies.Size() {
		v.found(CodeLeaf, fmt.Sprintf("checkpoints/%d", last.Size), fmt.Sprintf("The log has %d leaves.", bodies.Size()), fmt.Sprintf("Het logboek heeft %d bladeren.", bodies.Size()))
	}
	truth := tiles
	switch byBodies, byTiles := holds(bodies, last), holds(tiles, last); {
	case byBodies:
		truth = bodies
		for _, path := range suspectTiles {
			v.found(CodeTile, path, "A hash of the log was changed.", "Een hash van het logboek is veranderd.")
		}
	default:
		for _, id := range suspects {
			v.found(CodeBody, eventPath(id), "It is not what was logged.", "Het is niet wat in het logboek staat.")
		}
		if !byTiles && len(suspects) == 0 {
			v.found(CodeCheckpoint, fmt.Sprintf("checkpoints/%d", last.Size), "The leaves are not those that the checkpoint was made over.", "De bladeren zijn niet die van het controlepunt.")
		}
	}
	for _, h := range heads[:len(heads)-1] {
		if !holds(bodies, h) && !holds(tiles, h) {
			v.found(CodeCheckpoint, fmt.Sprintf("checkpoints/%d", h.Size), "The leaves are not those that the checkpoint was made over.", "De bladeren zijn niet die van het controlepunt.")
		}
	}
	return v.checkTiles(ctx, truth)
}

// checkTiles holds the upper tiles against the lowest ones.
func (v *verification) checkTiles(ctx context.Context, log *proof.Log) error {
	for level := 0; log.Size()>>(8*level) > 0; level++ {
		hashes := log.Size() >> (8 * level)
		for index := int64(0); index<<8 < hashes; index++ {
			width := min(256, hashes-index<<8)
			want, err := log.ReadTiles([]proof.TileID{{Level: level, Index: index, Width: int(width)}})
			if err != nil {
				return err
			}
			got, err := v.store.Tile(ctx, level, index)
			if err != nil {
				return err
			}
			path := fmt.Sprintf("tiles/%d/%d", level, index)
			if !bytes.Equal(got, want[0]) && !slices.ContainsFunc(v.findings, func(f basis.Finding) bool { return f.Path == path }) {
				v.found(CodeTile, path, "A hash of the log was changed.", "Een hash van het logboek is veranderd.")
			}
		}
	}
	return nil
}

func (v *verification) checkCapsules(ctx context.Context) error {
	for c, err := range v.store.Capsules(ctx) {
		if err != nil {
			return err
		}
		if !v.erased[c.ID] {
			v.found(CodeCapsule, eventPath(c.ID), "It has a capsule, and was not erased.", "Het heeft een capsule, en is niet gewist.")
		}
	}
	return nil
}

// checkStandings holds each standing against the events: one that permits too much is found.
func (v *verification) checkStandings(ctx context.Context) error {
	at := v.clock()
	for _, q := range v.about {
		for s, err := range v.store.Standings(ctx, q.Purpose, q.Channel, at) {
			if err != nil {
				return err
			}
			d := v.index.Decide(Query{Subject: s.Subject, Purpose: q.Purpose, Channel: q.Channel, At: at})
			if !d.Consented() || d.Event != s.Event || !d.Until.IsZero() && (s.Until.IsZero() || s.Until.After(d.Until)) {
				v.found(CodeStanding, eventPath(s.Event), "A standing says more than the events.", "Een stand zegt meer dan de gebeurtenissen.")
			}
		}
	}
	return nil
}
