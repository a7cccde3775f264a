// Package receipt writes consent records and receipts that others can read: JSON-LD in
// the terms of the Data Privacy Vocabulary, Kantara receipts, signed ones, and a page for
// the person to keep and print. It reads the first two again, strictly.
//
// A record is what the controller keeps of one person's consent, a receipt what the
// person gets. Both are a [Record], which [FromEvents] makes of the events of a ledger,
// the notices that they quote, and [Details] of the processing:
//
//	r, err := receipt.FromEvents(controller, notices, events, receipt.Details{
//		ID: receipt.NewID(), Issued: now, Common: common, Processes: processes, Data: types,
//	})
//	if err != nil {
//		return err // every mandatory field that is missing, by name and clause
//	}
//	data, err := r.JSONLD()   // for machines
//	page, err := r.HTML("nl") // for the person
//	jws, err := receipt.SignJWS(data, receipt.TypeJSONLD, key)
//
// The package example has it complete. Nothing here needs a ledger, a network or a clock.
//
// # What is in a record
//
// The fields of ISO/IEC TS 27560:2023, as the guide of DPV to it (consent-27560, final
// report of 1 August 2024) lists them; the text of TS 27560 itself was not read. Mandatory
// fields are never empty: a record without them is not written. The profiles for the GDPR
// ask for those too that 27560 has optional and the GDPR not; they have a G.
//
//	27560                      Record                  JSON-LD                       Kantara 1.1
//	schema_version             Profile                 dct:conformsTo                version
//	record_id, receipt_id      ID, Of                  dpv:hasIdentifier             consentReceiptID
//	pii_principal_id           Subject                 dpv:hasDataSubject            piiPrincipalId
//	privacy_notice             Notices                 dpv:hasNotice                 policyUrl: URL
//	language                   Notice.Language         dct:language                  language: of the receipt
//	purpose                    Process.Purpose, Title  dpv:hasPurpose                purpose
//	purpose_type               Kinds (optional)        skos:broader                  purposeCategory
//	lawful_basis           G   Bases                   dpv:hasLegalBasis             -
//	pii_information            Data                    dpv:hasPersonalData           piiCategory
//	pii_type                   Datum.Kind              skos:broader                  -
//	pii_attribute_id           Datum.ID (optional)     dct:identifier                -
//	pii_optional           G   Datum.Necessity         dpv:hasNecessity              -
//	sensitive, special         Datum (optional)        @type                         sensitive, spiCat
//	pii_controllers            Controllers             dpv:hasDataController         piiControllers
//	collection_method      G   Sources                 dpv:hasDataSource             collectionMethod: Notice.Form
//	processing_method      G   Operations              dpv:hasProcessing             -
//	storage_locations          Storage                 dpv:hasStorageCondition       -
//	retention_period           Retention               dpv:hasStorageCondition       termination
//	processing_locations       Locations (optional)    dpv:hasLocation               -
//	geographic_restrictions    Restrictions (optional) dpv:hasRule                   -
//	service                    Services (optional)     dpv:hasService                service
//	jurisdiction               Jurisdictions           dpv:hasJurisdiction           jurisdiction
//	recipient_third_parties    Recipients              dpv:hasRecipient              thirdPartyName
//	withdrawal_method          Withdrawal              dpv:hasConsentControl         -
//	privacy_rights         G   Rights                  dpv:hasRight                  -
//	codes_of_conduct           Codes (optional)        dpv:hasOrganisationalMeasure  -
//	impact_assessment          Assessments (optional)  dpv:hasImpactAssessment       -
//	authority_party        G   Authority               dpv:hasAuthority              -
//	party_id, name, contact    Party                   dpv:hasEntity                 piiController, contact
//	party_address              Party.Address           dpv:hasAddress                address
//	party_email, phone, url    Party (optional)        schema:email ...              email, phone: mandatory there
//	party_type, party_role G   Kinds, Roles            @type                         -
//	event_time                 Event.Time, Zone        dpv:isIndicatedAtTime         consentTimestamp, of the latest
//	validity_duration          Event.Validity          dpv:hasDuration               -
//	entity_id                  Event.Actor             dpv:isIndicatedBy             -
//	event_type                 Event.Kind              dpv:hasLegalBasis             consentType
//	event_state                Event.State             @type                         given is all there is
//	(DPV) indication method    Action, Binding         dpv:hasIndicationMethod       -
//
// States are those of [consent.Type.Status], with two exceptions: an import that does not
// prove consent is dpv:ConsentUnknown, and an objection is gr:Objected, since it is no
// state of consent. Consent without an end of its own lasts until it is withdrawn. Of the
// evidence only the act and the binding are taken: no address, no network address, no
// date of birth. The reference of the person is pseudonymous; what the caller puts into
// texts and parties, names of persons for one, is the caller's to decide.
//
// # JSON-LD
//
// The document has its context in it, static. Its prefixes are dpv, pd and eu-gdpr of DPV
// 2.3, of which every term that is written exists (dpv-2.3.txt; W3C, see LICENSE-W3C.md),
// legal-eu, loc, dct, schema, skos, rdf, rdfs, xsd, and gr for what DPV has no word for:
// gr:type, gr:channel, gr:zone, gr:recordedAt, gr:actor and gr:about of an event;
// gr:controller, gr:withdrawal, gr:form, gr:supersedes, gr:asks-for, gr:recipients and
// gr:text-base64 of a notice; gr:no-recipients of a process; gr:verifiedAt. A notice is
// complete, so that its hash ([consent.Notice.Hash]) is checked when it is read. Members
// have a fixed order, and several values are a list: no key is there twice.
//
// The guide's own examples break that rule in five of the 74 that lie beside us, and use
// terms that DPV 2.3 does not have; [Read] refuses the one and reports the other.
//
// # Kantara
//
// A Kantara receipt is a picture of what is given at the time of issue: it has no word for
// a refusal, a withdrawal, a channel or a zone. Its times are whole seconds. Of several
// jurisdictions, services or third parties it has one text, with commas.
//
// # JWS
//
// A compact JWS (RFC 7515) with an Ed25519 key over the bytes of a receipt: alg EdDSA (RFC
// 8037), kid the thumbprint of the key (RFC 7638), typ [TypeJSONLD] or [TypeKantara].
// [VerifyJWS] accepts alg Ed25519 (RFC 9864) as well, and nothing else.
//
// # Limits
//
// A document has at most [MaxSize] bytes, [MaxDepth] levels and [MaxValues] values, a JWS
// [MaxJWS] bytes, its header 1 KiB; a reader returns at most [MaxWarnings] warnings. Years are 1 to 9998. Local
// time with an offset that is no whole number of minutes is written in UTC. Reading does
// not check that a record is complete, true or signed: see [Record.Check] and [VerifyJWS].
// [Record.Standings] says where things stand by the events of the record alone; whether a
// declaration is valid is for the ledger to say. A receipt of others that is a list of
// records (dpv:hasRecordOfActivity) is read as far as its own properties go.
// The sentences on the page are in English or Dutch; the texts of the caller, and the
// notices, are in the language that they are in.
//
// # Compatibility
//
// What one version wrote later versions read, to an equal record: testdata/v1 is read in
// every test. New properties may be added; a meaning does not change.
package receipt

//go:generate go run ./internal/dpvterms -from ../../../shared/vocabulary/dpv-2.3
//go:generate go run github.com/grondslag/grondslag/internal/enumgen Profile Span WarningCode
