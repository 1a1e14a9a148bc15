using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

/// <summary>What English contracts call the things that the rules of the checklist speak of.</summary>
internal static class EnglishWords
{
    public const string People =
        "person/persons/people/individual*/customer*/client/clients/patient*/guest*/member/members/user*/employee*/resident*/tenant*/consumer*/candidate*/visitor*/student*/pupil*/child*/family/families/participant*/subscriber*/reader*/donor*/beneficiar*/insured/citizen*/worker*/passenger*/buyer*/applicant*/attendee*/staff/parent*/anyone/someone/holder*/shopper*/viewer*/traveller*/traveler*/player*/fan/fans/driver*/rider*/listener*/supporter*/neighbour*/artist*/athlete*/volunteer*/lodger*/owner/owners/men/women/household*/whoever";

    private const string Information = "data/information/details/record/records/file/files/name/names/particulars/papers/notes/result/results/form/forms/entry/entries/spreadsheet*/recording*/picture*/identity/identities/message*/history/histories/life/lives/story/stories/contact/contacts/profile/profiles/list/lists/register/registers/cv/cvs/resume/resumes/photograph*/image*/address*/number/numbers";

    public static Concept PersonalData { get; } = Concept.Of(
        "personal data", "personal information", "data subject/subjects", "lgpd", "13 709", "data protection", "personally identifiable", "dpo", "individuals data", "gdpr", "data controller", "data processor", "another/further/other/additional processor/processors", "sub processor*", "subprocessor*", "anpd", "privacy", "natural persons", "persons concerned", "individuals", "by an individual", "the individual", "unlawful processing",
        "personal records/details/particulars", "data", $"{Information} ..5 {People}", $"{People} s? {Information}", $"{People} ..4 {Information}", $"{People} ..8 his/her/their/them data/information/details/records/file", $"{People} ..6 kept/held/stored about", "everything ..5 about ..2 people/customers/clients/members/guests/patients/them",
        "private life/lives", $"what ..8 {People}", $"about ..3 {People}", $"concerning/regarding ..3 {People}", "about him/her/them", "what ..3 hold/holds/keep/keeps/know/knows/have about", "who is identified", "identifies/identify a person", $"before any {People}");

    public static Concept Subject { get; } = Concept.Of(People, "data subject/subjects", "persons concerned", "him or her", "whoever the data");

    public static Concept Processing { get; } = Concept.Of(
        "process*", "use/used/uses/using", "repurpos*", "re purpos*", "mine/mined/mining", "monetis*/monetiz*", "handl*", "collect*", "reuse*", "re use*", "treat/treats/treated/treating", "exploit*", "commerciali*", "sell/sold", "work with", "confine*", "serve/serves", "share/shared/shares", "put to", "touch*", "look at", "access");

    public static Concept Tell { get; } = Concept.Of(
        "notif*", "report/reports/reported/reporting", "inform/informs/informed", "notice", "alert*", "communicat*", "tell/tells/told", "advise*", "disclosed", "disclose", "make/made known", "aware of", "warn*", "let ..3 know", "lets ..3 know", "bring ..6 attention", "escalat*", "announc*", "say so", "call/calls", "ring/rings", "hear/hears of", "word of", "learn/learns of");

    public static Concept Incident { get; } = Concept.Of(
        "incident/incidents", "data breach/breaches", "breach/breaches of ..4 data/security", "security breach/breaches", "leak*", "unauthorised/unauthorized ..2 access", "unlawful access", "compromise of", "breach/breaches ..6 personal data", "loss of ..6 data", "exposure", "intrusion", "data ..5 compromised", "security event/events", "exposed", "unauthorised/unauthorized ..2 disclosure",
        "lost", "stolen", "theft", "wrong hands", "hands of ..2 stranger*/others/outsider*/third", "fall/falls into ..4 hands", "hack*", "break in", "break ins", "gets out", "get out", "got out", "goes missing", "go missing", "gone missing", "broken into", "seen by ..4 should/outsider*", "slips out", "go/goes astray", "gone astray", "reach/reaches the wrong", "comes/come out", "copied", "without permission", "escape*", "spill*", "compromised", "attack*");

    public static Concept Abroad { get; } = Concept.Of(
        "international transfer/transfers", "outside ..3 brazil", "outside the country", "abroad", "cross border", "another country", "other countries", "third country/countries", "foreign country/countries/soil/server/servers/land/territory", "overseas", "within brazil", "in brazil", "outside ..4 territory", "leave/leaves brazil", "leave/leaves the country", "outside ..3 jurisdiction", "transfer* internationally",
        "beyond ..3 borders", "brazilian territory/soil", "within the national", "countries with ..4 adequate", "national borders", "on brazilian", "another jurisdiction", "offshore", "out of the country/brazil", "across ..2 border*", "inside brazil", "transborder", "on machines in", "foreign soil", "stay/stays in the country", "out of ..3 country", "united states", "europe", "in another land", "in this country", "sent to ..3 country/countries");

    public static Concept Someone { get; } = Concept.Of(
        "sub processor*", "subprocessor*", "sub contract*", "subcontract*", "sub processing", "subprocessing", "another processor", "other processors", "third party/parties", "further processor/processors", "third parties who", "other providers", "further one", "helper/helpers", "delegate/delegates/delegated/delegating", "other/another firm/firms/company/companies/supplier/suppliers/business/person/provider",
        "anyone who ..3 help*", "whoever helps", "anyone else", "nobody else", "no one else", "outside help", "hand/hands on", "entrust/entrusts/entrusting", "bring/brings in", "hire/hires", "outsourc*", "farm* out", "engage another", "any other person/company/party/business/firm/supplier/provider", "pass/passes ..6 to", "someone else", "pass/passes/passed on");

    public static Concept Erase { get; } = Concept.Of(
        "delet*", "eras*", "destroy*", "destruction", "return/returned/returns", "retain*", "retention", "anonymis*/anonymiz*", "kept", "keep/keeps", "store/stored/storage", "purge*", "hold/held", "dispos*", "wipe*", "removed", "shred*", "expunge*", "goes/go back", "given/gives/give back", "hand/hands/handed back", "no copy", "no copies", "copies", "burn*", "stays/stay behind");

    public static Concept AtTheEnd { get; } = Concept.Of(
        "termination", "end", "expiry", "expiration", "longer than", "days", "period", "necessary", "as long as", "month/months", "year/years", "ends", "no longer", "once", "ended", "completion", "after", "ceas*", "lapse*", "how long", "needed", "over", "expires", "conclusion", "close of", "finish*", "done", "weeks", "then", "when the");

    public static Concept Pay { get; } = Concept.Of(
        "liable", "liability", "indemnif*", "responsible for", "compensat*", "hold ..4 harmless", "bear/bears", "borne", "defray*", "responsible ..4 for", "answer/answers for", "answerable", "make/makes good", "make/makes ..3 good", "reimburs*", "indemnit*", "at its ..2 expense/cost", "jointly", "recourse", "redress", "cover/covers", "pays", "pay", "make/makes whole", "made good", "foot/foots", "falls/fall on", "shoulder*", "picks up", "answer/answers to", "bill", "carr* the cost", "at ..3 own cost", "sets ..3 right");

    public static Concept Harm { get; } = Concept.Of(
        "damage*", "loss*", "fine/fines/fined", "claim/claims", "penalt*", "sanction*", "harm/harms/harmed/harming", "sue/sues/suing", "mishandl*", "costs", "recourse", "sued", "awards", "compensation", "several*", "consequences", "injur*", "hurt", "complaint/complaints", "court", "trouble", "proceedings", "suffers/suffer", "wronged");
}
