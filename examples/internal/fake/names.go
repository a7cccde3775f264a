package fake

import "strings"

// Names by the country they are common in, one a line where they have several words.
// Countries that are not listed take theirs from "GB".

func givenNames() map[string][]string {
	return map[string][]string{
		"NL": strings.Fields(`Jan Pieter Sanne Daan Emma Lotte Bram Sem Julia Tess Lucas Mila
			Anouk Femke Joost Maarten Marijke Wouter Ingrid Sjoerd Roos Thijs Esmée Noor Fatima
			Mohammed Yasmina Youssef Kees Truus Annemiek Geert Hylke Nynke Chloë Loïs Zoë
			Marloes Ruben Floor Willemijn Rachid Priya Soraya Gijs Hanneke Jeroen Saskia`),
		"BE": strings.Fields(`Louis Arthur Noah Olivia Louise Emma Jules Liam Elise Marie Lore
			Wannes Joris Griet Veerle Bart Benoît Céline François Élodie Hélène Jérôme Maxime
			Aurélie Thibault Lieve Koen Ann Els Amina Mehdi Gaëlle Xavier Margaux`),
		"DE": strings.Fields(`Anna Ben Jürgen Jörg Käthe Lena Leon Mia Paul Sabine Günther
			Björn Sören Heike Uwe Maximilian Sophie Ayşe Mehmet Katrin`),
		"FR": strings.Fields(`Camille Léa Hugo Chloé Théo Inès Zoé René Amélie Gaël Noémie
			Pierre Jean-Luc Marie-Claire Karim Sébastien Agnès Raphaël`),
		"GB": strings.Fields(`Oliver Amelia George Isla Harry Ava Jack Grace Siobhán Niamh
			Rhys Owen Priya Imran Fiona Callum Zadie Nigel`),
		"PL": strings.Fields(`Agnieszka Paweł Łukasz Małgorzata Zofia Jakub Katarzyna Michał`),
		"ES": strings.Fields(`Lucía Martín José Sofía Ángel Begoña Iñigo Carmen`),
		"SE": strings.Fields(`Åsa Björn Göran Märta Linnéa Elsa Nils Ebba`),
	}
}

func familyNames() map[string][]string {
	return map[string][]string{
		"NL": lines(`
			de Jong
			Jansen
			de Vries
			van den Berg
			van Dijk
			Bakker
			Janssen
			Visser
			Smit
			Meijer
			de Boer
			Mulder
			de Groot
			Bos
			Vos
			Peters
			Hendriks
			van Leeuwen
			Dekker
			Brouwer
			de Wit
			Dijkstra
			Smits
			de Graaf
			van der Meer
			van der Linden
			Kok
			Jacobs
			de Haan
			Vermeulen
			van den Heuvel
			van der Veen
			van 't Hof
			in 't Veld
			op den Kamp
			ter Horst
			ten Brink
			van de Ven
			von Hombracht
			Hoekstra
			Özdemir
			Yılmaz
			El Amrani
			Bouzid
			Ramdin
			Tjon-A-Fat
			Çelik
			Groenewegen-van der Weijden`),
		"BE": lines(`
			Peeters
			Janssens
			Maes
			Jacobs
			Mertens
			Willems
			Claes
			Goossens
			Wouters
			De Smet
			Dubois
			Lambert
			Dupont
			Van den Broeck
			Van Damme
			Vandenberghe
			De Clercq
			D'Hondt
			Lemaître
			Françoisse
			Thijs
			Pauwels
			Van de Velde
			Delvaux
			Noël`),
		"DE": lines(`
			Müller
			Schmidt
			Weiß
			Schäfer
			König
			Groß
			von der Heide
			zu Lindenberg
			Krüger
			Böhm
			Yıldız`),
		"FR": lines(`
			Lefèvre
			Dupré
			de La Fontaine
			Bérenger
			Garçon
			Moreau
			Nguyễn
			d'Aubigné
			Benoît`),
		"GB": lines(`
			Smith
			Jones
			O'Brien
			Khan
			Patel
			Fitz-Gerald
			MacLeod
			Ó Murchú
			Hughes
			Okafor`),
		"PL": lines("Nowak\nWiśniewska\nWójcik\nŻak\nZieliński\nDąbrowska"),
		"ES": lines("García Pérez\nNúñez\nIbáñez de la Torre\nMuñoz\nEchevarría"),
		"SE": lines("Åkesson\nÖberg\nLindström\nSjögren\nAf Klint"),
	}
}

// companies are two words, of which the second says what they do.
func companies() (whose, what []string) {
	return strings.Fields(`Noorderlicht Zilver Wilg Kompas Anker Meridiaan Lantaarn Zwaluw Eik
			Horizon Delta Klaver Oranje Polder Sterre Vuurtoren Brabo Lys Schelde Zonnebloem`),
		strings.Fields(`Bakkerij Advies Techniek Fietsen Drukkerij Zorg Software Transport
			Bouw Boeken Logistiek Tuinen Reizen Installatie Makelaars`)
}

// places are country, town, region, postcode, latitude, longitude, time zone, and
// the hours of that zone from UTC in winter and summer.
func places() [][]string {
	var out [][]string
	for _, l := range lines(`
		NL|Amsterdam|NH|1012 SS|52.3740000|4.8897000|Europe/Amsterdam|1|2
		NL|Utrecht|UT|3511 SS|52.0908000|5.1222000|Europe/Amsterdam|1|2
		NL|Rotterdam|ZH|3011 SS|51.9225000|4.4792000|Europe/Amsterdam|1|2
		NL|'s-Hertogenbosch|NB|5211 SS|51.6992000|5.3042000|Europe/Amsterdam|1|2
		NL|Groningen|GR|9711 SS|53.2192000|6.5667000|Europe/Amsterdam|1|2
		NL|Zwolle|OV|8011 SS|52.5125000|6.0944000|Europe/Amsterdam|1|2
		NL|Ljouwert|FR|8911 SS|53.2012000|5.7999000|Europe/Amsterdam|1|2
		NL|Maastricht|LI|6211 SS|50.8483000|5.6889000|Europe/Amsterdam|1|2
		BE|Antwerpen|VAN|2000|51.2199000|4.4035000|Europe/Brussels|1|2
		BE|Gent|VOV|9000|51.0500000|3.7167000|Europe/Brussels|1|2
		BE|Liège|WLG|4000|50.6337000|5.5675000|Europe/Brussels|1|2
		BE|Brussel|BRU|1000|50.8467000|4.3499000|Europe/Brussels|1|2
		DE|Köln|NW|50667|50.9383000|6.9500000|Europe/Berlin|1|2
		DE|München|BY|80331|48.1372000|11.5756000|Europe/Berlin|1|2
		FR|Lille|HDF|59000|50.6319000|3.0575000|Europe/Paris|1|2
		FR|Besançon|BFC|25000|47.2422000|6.0214000|Europe/Paris|1|2
		GB|Leeds|ENG|LS1 1XX|53.7975000|-1.5436000|Europe/London|0|1
		GB|Cardiff|WLS|CF10 1XX|51.4800000|-3.1800000|Europe/London|0|1
		PL|Kraków|MA|31-042|50.0614000|19.9383000|Europe/Warsaw|1|2
		ES|Málaga|AN|29001|36.7194000|-4.4200000|Europe/Madrid|1|2
		SE|Malmö|M|211 20|55.6058000|13.0358000|Europe/Stockholm|1|2`) {
		out = append(out, strings.Split(l, "|"))
	}
	return out
}

func lines(text string) []string {
	var out []string
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// letters are what a name keeps in an address: those of a to z.
func letters(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch r {
		case 'á', 'à', 'â', 'ã', 'å', 'ą':
			r = 'a'
		case 'ç', 'ć':
			r = 'c'
		case 'é', 'è', 'ê', 'ë', 'ę', 'ễ':
			r = 'e'
		case 'ğ':
			r = 'g'
		case 'í', 'î', 'ï', 'ı':
			r = 'i'
		case 'ł':
			r = 'l'
		case 'ñ', 'ń':
			r = 'n'
		case 'ó', 'ô', 'ø':
			r = 'o'
		case 'ś', 'ş':
			r = 's'
		case 'ú':
			r = 'u'
		case 'ż', 'ź':
			r = 'z'
		case 'ä', 'ö', 'ü', 'ß':
			b.WriteString(map[rune]string{'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss"}[r])
			continue
		}
		if 'a' <= r && r <= 'z' {
			b.WriteRune(r)
		}
	}
	return b.String()
}
