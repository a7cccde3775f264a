package anonymize

import "strings"

// namesInside returns a list of surrogates that needs no Setting: "given" and
// "family", names common in the Netherlands and its neighbours. The order is part of
// the surrogates and never changes; a longer list would get a name of its own.
func namesInside(list string) []string {
	switch list {
	case "given":
		return strings.Fields(givenNames)
	case "family":
		return strings.Fields(familyNames)
	}
	return nil
}

const givenNames = `
Adam Agnes Alex Alice Amir Amber Anna Anouk Anton Arie Arjan Astrid Bart Bas Beatrix Ben Bert Bianca Boris Bram
Brigitte Carla Carlos Carmen Caroline Casper Cecile Charlotte Chris Clara Claudia Cor Daan Daniel David Deborah Dennis
Diana Dirk Dorien Dylan Ed Edith Eline Elisabeth Ellen Els Emiel Emma Eric Esra Esther Eva Eveline Fatima Femke Fenna
Ferdinand Finn Fleur Floor Frank Frans Fred Gerard Gijs Greet Guido Gustav Hanna Hans Harm Hassan Heleen Hendrik Henk Hugo
Ibrahim Ilse Imke Inge Irene Iris Isabel Ivo Jacob Jan Jasmijn Jasper Jelle Jeroen Jesse Joanna Job Johan Jolanda Jonas
Joris Joost Judith Julia Jurgen Kaatje Karel Karin Kasper Katrien Kees Kevin Kim Klaas Koen Lara Lars Laura Lea Leon
Lieke Lien Lisa Loes Lotte Lucas Luna Maaike Maarten Marco Margot Maria Marieke Mark Marleen Martijn Mats Max Mehmet
Merel Michiel Mila Milan Mirjam Mohamed Monique Nadia Naomi Nele Nico Niels Nina Noor Nora Olivia Omar Otto Pascal
Patrick Paula Peter Petra Philip Pieter Pim Quinten Rachid Ralph Ramon Rens Rian Richard Rik Robin Roel Romy Rosa Ruben
Ruth Samira Sander Sanne Sara Saskia Sebastiaan Selma Sem Simon Sjoerd Sofie Stefan Stijn Suzanne Sven Tamara Tess
Thijs Thomas Tim Tineke Tobias Tom Ursula Valerie Vera Victor Wendy Wessel Willem Wout Xander Yara Yasmin Youssef Yvonne Zoë
`

const familyNames = `
Aarts Adriaans Akkerman Albers Arends Baars Bakker Barends Bauer Becker Beekman Berends Bergsma Bijl Blom Boer Boersma
Bogaard Bos Bosch Bosman Bouwman Braam Brand Brouwer Bruins Buijs Claes Cornelissen Cuypers Daalman Damen Dekker Dekkers Dijkstra
Dirks Doorn Driessen Dubois Dujardin Eerens Elings Engels Essers Evers Fischer Fleuren Fokkema Franken Gerrits Geurts Goossens
Groen Groot Haan Hagen Hamers Hansen Hartman Heinen Hendriks Hermans Heuvel Hoekstra Hofman Hoogland Huisman Jacobs Jager
Jansen Janssen Jaspers Jongen Kaiser Kamp Keizer Kersten Klaassen Klein Kok Kooij Koopman Koster Kramer Kroon Kuiper Kuipers
Lambert Lammers Leclerc Lemmens Linden Loos Lubbers Maas Maes Martens Meijer Mertens Meyer Michiels Molenaar Mulder Muller
Nauta Nijhuis Nijland Noordman Oosterhuis Otten Pauwels Peeters Peters Petit Pieters Ploeg Poelman Postma Prins Prinsen
Reinders Richter Rietveld Roos Rutten Sanders Schaap Scheffer Schipper Schmidt Schneider Scholten Schouten Schreuder Simons Slegers Smeets
Smit Smits Snijders Spaans Steen Sterk Stevens Tak Teunissen Theunis Thijssen Timmer Timmerman Tromp Veen Veenstra Verbeek
Verbruggen Verhagen Verhoeven Vermeer Vermeulen Visser Vlaming Vogel Vos Vries Waard Wagenaar Weber Westra Wieringa Wijnen
Willems Winter Wolters Wouters Zanten Zeegers Zijlstra Zonneveld Zwart Zwiers
`
