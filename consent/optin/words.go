package optin

import "github.com/grondslag/grondslag/basis"

// words are what a page says; each line of the text is a paragraph.
type words struct{ title, text basis.Text }

var (
	wordsConfirm = words{
		basis.Text{En: "Confirm your request", Nl: "Bevestig uw aanvraag"},
		basis.Text{
			En: "You filled in a form of ours, or someone else typed your address there. Press the button to give your consent to what the mail says.\nWas it not you, or have you changed your mind? Then close this page. Without the button nothing happens, and the request is deleted.",
			Nl: "U hebt een formulier van ons ingevuld, of iemand anders heeft uw adres daar ingetypt. Druk op de knop om toestemming te geven voor wat in de mail staat.\nWas u het niet, of hebt u zich bedacht? Sluit dan deze pagina. Zonder de knop gebeurt er niets, en de aanvraag wordt verwijderd.",
		},
	}
	wordsConfirmed = words{
		basis.Text{En: "Confirmed", Nl: "Bevestigd"},
		basis.Text{
			En: "Thank you. Your consent has been recorded.\nYou can withdraw it at any time, as easily as you gave it.",
			Nl: "Dank u. Uw toestemming is vastgelegd.\nU kunt haar op elk moment intrekken, net zo makkelijk als u haar gaf.",
		},
	}
	wordsGone = words{
		basis.Text{En: "This link no longer works", Nl: "Deze link werkt niet meer"},
		basis.Text{
			En: "It was used before, its time has passed, or it is not complete.\nIf you have confirmed already, there is nothing left to do. If not, please fill in the form again.",
			Nl: "Hij is al gebruikt, zijn tijd is voorbij, of hij is niet volledig.\nHebt u al bevestigd, dan hoeft u niets te doen. Zo niet, vul dan het formulier opnieuw in.",
		},
	}
	wordsUnsubscribe = words{
		basis.Text{En: "Unsubscribe", Nl: "Afmelden"},
		basis.Text{
			En: "Press a button and your consent is withdrawn at once. You need no password and no reason.",
			Nl: "Druk op een knop en uw toestemming is direct ingetrokken. U hebt geen wachtwoord of reden nodig.",
		},
	}
	wordsUnsubscribed = words{
		basis.Text{En: "You are unsubscribed", Nl: "U bent afgemeld"},
		basis.Text{
			En: "Your withdrawal has been recorded. You can close this page.",
			Nl: "Uw intrekking is vastgelegd. U kunt deze pagina sluiten.",
		},
	}
	wordsUnknown = words{
		basis.Text{En: "This link is not complete", Nl: "Deze link is niet volledig"},
		basis.Text{
			En: "Some mail programs break a long link in two. Please open it from the message again, or copy all of it.",
			Nl: "Sommige mailprogramma's breken een lange link in tweeën. Open hem opnieuw vanuit het bericht, of kopieer hem helemaal.",
		},
	}
	wordsLook = words{
		basis.Text{En: "Look in your mailbox", Nl: "Kijk in uw mailbox"},
		basis.Text{
			En: "If we can send a mail to this address, one is on its way with a link. Nothing happens until you open it and confirm.\nIs there no mail within the hour? Look among the spam too.",
			Nl: "Als we een mail naar dit adres kunnen sturen, is er een onderweg met een link. Er gebeurt niets tot u hem opent en bevestigt.\nIs er binnen een uur geen mail? Kijk dan ook bij de spam.",
		},
	}
	wordsIncomplete = words{
		basis.Text{En: "The form is not complete", Nl: "Het formulier is niet volledig"},
		basis.Text{
			En: "Please go back and check the address, and what you chose.",
			Nl: "Ga terug en kijk het adres na, en wat u hebt gekozen.",
		},
	}
	wordsFailed = words{
		basis.Text{En: "That did not work", Nl: "Dat is niet gelukt"},
		basis.Text{
			En: "Something went wrong on our side. Please try again in a minute, with the same link.",
			Nl: "Er ging bij ons iets mis. Probeer het over een minuut opnieuw, met dezelfde link.",
		},
	}
	wordsBad = words{
		basis.Text{En: "This can't be answered", Nl: "Dit kan niet worden beantwoord"},
		basis.Text{
			En: "The request does not have the form that is expected here.",
			Nl: "Het verzoek heeft niet de vorm die hier wordt verwacht.",
		},
	}

	labelConfirm = basis.Text{En: "Yes, I consent", Nl: "Ja, ik geef toestemming"}
	labelAbout   = basis.Text{En: "This message is about:", Nl: "Dit bericht gaat over:"}
	labelContact = basis.Text{En: "Questions?", Nl: "Vragen?"}
)

// choices are the buttons of the page to unsubscribe.
func choices(l Link) []choice {
	all := choice{Value: "all"}
	switch l.Channel {
	case basis.Email:
		all.Label = basis.Text{En: "Stop all e-mail", Nl: "Stop alle e-mail"}
	case basis.SMS:
		all.Label = basis.Text{En: "Stop all text messages", Nl: "Stop alle sms-berichten"}
	case basis.Phone:
		all.Label = basis.Text{En: "Stop all calls", Nl: "Stop alle telefoontjes"}
	case basis.Post:
		all.Label = basis.Text{En: "Stop all post", Nl: "Stop alle post"}
	default:
		all.Label = basis.Text{En: "Withdraw all consent to use without contact", Nl: "Trek alle toestemming voor gebruik zonder contact in"}
	}
	if len(l.Purposes) == 0 {
		return []choice{all}
	}
	all.Quiet = true
	this := choice{
		Label: basis.Text{En: "Stop this", Nl: "Stop dit"}, Value: "purpose", Purposes: l.Purposes,
	}
	return []choice{this, all}
}
