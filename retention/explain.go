package retention

import (
	"encoding/json"
	"log/slog"

	"github.com/grondslag/grondslag/basis"
)

// Code says why the field is in its state; [Decision.Text] has the sentence for it.
func (d *Decision) Code() basis.Code {
	switch d.State {
	case Active:
		return CodeWithin
	case Restricted:
		return CodeDuty
	case Held:
		return CodeHeld
	case Due:
		return CodeEnded
	case Done:
		return CodeDone
	}
	return CodeNotBegun
}

// Text is why, in a sentence: the code's, and the provision behind the rule that decides.
func (d *Decision) Text() basis.Text {
	t := text(d.Code())
	if d.Rule == "" {
		return t
	}
	why := " (" + d.Rule
	if law := d.Law(); law != "" && law != d.Rule {
		why += ", " + law
	}
	return basis.Text{En: t.En + why + ")", Nl: t.Nl + why + ")"}
}

// MarshalJSON encodes the decision with its code, law and purposes. It keeps that form.
func (d Decision) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Field      basis.Field       `json:"field,omitzero"`
		State      State             `json:"state"`
		Code       basis.Code        `json:"code"`
		KeepUntil  Date              `json:"keep_until,omitzero"`
		DeleteFrom Date              `json:"delete_from,omitzero"`
		DeleteBy   Date              `json:"delete_by,omitzero"`
		Overdue    int               `json:"overdue,omitzero"`
		Purposes   []basis.PurposeID `json:"purposes,omitzero"`
		Rule       string            `json:"rule,omitzero"`
		Law        string            `json:"law,omitzero"`
		Holds      int               `json:"holds,omitzero"`
	}{
		d.Field, d.State, d.Code(), d.KeepUntil, d.DeleteFrom, d.DeleteBy, d.Overdue, d.Purposes(), d.Rule, d.Law(), d.Holds,
	})
}

// String is the field and its state, "email: restricted".
func (d Decision) String() string { return string(d.Field) + ": " + string(d.State) }

// LogValue implements [slog.LogValuer].
func (d Decision) LogValue() slog.Value {
	return slog.GroupValue(slog.String("field", string(d.Field)), slog.String("state", string(d.State)), slog.String("rule", d.Rule))
}
