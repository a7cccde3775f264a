package holiday

import "github.com/grondslag/grondslag/basis"

// The names that more than one country uses.
var (
	newYear         = basis.Text{En: "New Year's Day", Nl: "Nieuwjaarsdag"}
	epiphany        = basis.Text{En: "Epiphany", Nl: "Driekoningen"}
	maundyThursday  = basis.Text{En: "Maundy Thursday", Nl: "Witte Donderdag"}
	goodFriday      = basis.Text{En: "Good Friday", Nl: "Goede Vrijdag"}
	easterMonday    = basis.Text{En: "Easter Monday", Nl: "Tweede paasdag"}
	laborDay        = basis.Text{En: "Labor Day", Nl: "Dag van de Arbeid"}
	ascension       = basis.Text{En: "Ascension Day", Nl: "Hemelvaartsdag"}
	whitMonday      = basis.Text{En: "Whit Monday", Nl: "Tweede pinksterdag"}
	corpusChristi   = basis.Text{En: "Corpus Christi", Nl: "Sacramentsdag"}
	nationalDay     = basis.Text{En: "National Day", Nl: "Nationale feestdag"}
	assumption      = basis.Text{En: "Assumption Day", Nl: "Maria-Tenhemelopneming"}
	allSaints       = basis.Text{En: "All Saints' Day", Nl: "Allerheiligen"}
	armistice       = basis.Text{En: "Armistice Day", Nl: "Wapenstilstandsdag"}
	conception      = basis.Text{En: "Immaculate Conception", Nl: "Onbevlekte Ontvangenis van Maria"}
	christmasEve    = basis.Text{En: "Christmas Eve", Nl: "Kerstavond"}
	christmas       = basis.Text{En: "Christmas Day", Nl: "Eerste kerstdag"}
	secondChristmas = basis.Text{En: "Second Day of Christmas", Nl: "Tweede kerstdag"}
	saintStephen    = basis.Text{En: "St. Stephen's Day", Nl: "Tweede kerstdag (Sint-Stefanus)"}
	mayDay          = basis.Text{En: "May Day", Nl: "Meidag"}
	millennium      = basis.Text{En: "Millennium holiday", Nl: "Millenniumdag"}
)
