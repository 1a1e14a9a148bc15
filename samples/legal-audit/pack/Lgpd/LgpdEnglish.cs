using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

internal static class LgpdEnglish
{
    private static readonly Concept Subject = Concept.Of(
        "data subject/subjects", "individual/individuals", "person/persons", "persons concerned", "people concerned", "customers", "users", "employees", "patients", "consumers", "holder/holders of ..4 data", "people", "him or her");

    private static readonly Concept Processing = Concept.Of("process*", "use/used/uses/using", "handl*", "collect*", "reuse*", "re use*", "treat*", "exploit*", "employ*", "commerciali*", "sell/sold", "work with", "confine*", "put", "serve/serves");

    private static readonly Concept Tell = Concept.Of(
        "notif*", "report/reports/reported/reporting", "inform/informs/informed", "notice", "alert*", "communicat*", "tell/tells/told", "advise*", "disclosed", "disclose", "make/made known", "aware of", "warn*", "let ..3 know", "bring ..6 attention", "escalat*", "announc*");

    private static readonly Concept Incident = Concept.Of(
        "incident/incidents", "data breach/breaches", "breach/breaches of ..4 data/security", "security breach/breaches", "leak*", "unauthorised/unauthorized ..2 access", "unlawful access", "compromise of", "breach/breaches ..6 personal data", "loss of ..6 data", "exposure", "intrusion", "data ..5 compromised", "security event/events", "exposed", "unauthorised/unauthorized ..2 disclosure");

    private static readonly Concept Abroad = Concept.Of(
        "international transfer/transfers", "outside ..3 brazil", "outside the country", "abroad", "cross border", "another country", "other countries", "third country/countries", "foreign", "overseas", "within brazil", "in brazil", "outside ..4 territory", "leave/leaves brazil", "leave/leaves the country", "outside ..3 jurisdiction",
        "transfer* internationally", "beyond ..3 borders", "brazilian territory/soil", "within the national", "countries with ..4 adequate", "national borders", "on brazilian", "another jurisdiction");

    public static LgpdVocabulary Vocabulary { get; } = new()
    {
        PersonalData = Concept.Of(
            "personal data", "personal information", "data subject/subjects", "lgpd", "13 709", "data protection", "personally identifiable", "individuals data", "gdpr", "data controller", "data processor", "sub processor*", "subprocessor*", "data relating to ..3 individuals/persons", "information ..4 individuals/persons/person", "anpd", "privacy", "natural persons", "persons concerned", "data of ..3 individuals/persons/people/customers/users/employees",
            "individuals", "by an individual", "the individual", "customers data", "employees data", "unlawful processing", "personal records"),
        Negation = Concept.Of("not", "no", "never", "neither", "nor", "without", "none", "cannot", "refuse*", "declin*"),
        NoNegation = Concept.Of(
            "without undue delay", "without ..3 delay", "no later than", "not later than", "no longer than", "not limited to", "without limitation", "without prejudice", "not only", "no less than", "not less than", "not more than", "without charge", "at no cost", "no event later", "without cost", "no longer", "whether or not", "no more than", "without limit", "not exceeding", "without exception", "no less ..2 protective", "without ..3 authoris/authoriz*", "without hesitation", "with or without"),
        CarveOut = Concept.Of(
            "no ..2 obligation", "not ..2 obliged", "not ..2 required", "not ..2 apply", "no ..4 applies", "no duty", "not ..3 liable", "not ..3 responsible", "no ..2 liability", "no ..2 responsibility", "excludes ..4 liability", "excluded", "disclaim*", "exempt*", "not ..2 undertake", "relieved of/from", "nothing ..6 obliges/requires", "no commitment", "released from", "neither ..6 liable", "neither ..6 responsible", "neither ..3 undertakes", "neither ..3 obliged/required",
            "waive/waives", "carved out", "not extend", "not ..2 bound", "freely", "no restriction/restrictions", "without ..2 restriction/restrictions", "any purpose", "need not", "not ..2 impose/imposes", "not ..2 regulate/regulates/govern", "out of scope", "outside the scope", "indefinitely", "as it sees fit", "not ..2 expected", "no ..2 right to", "does not provide", "no ..4 is/are stated", "no ..6 will/shall be appointed/designated/named", "has not appointed", "not ..2 answer for", "no ..2 requirement", "under no", "not ..2 fix/fixes/set/sets/define/defines/stipulate/stipulates/lay", "no ..4 period ..3 fixed/set", "nor ..3 duty"),
        NoCarveOut = Concept.Of("cap ..10 not apply", "limit/limits/limitation/limitations ..10 not ..2 apply", "exclusion/exclusions ..10 not ..2 apply", "not apply to ..6 damages/losses/liability", "save ..12 excluded", "not ..2 bound by the cap", "no limit ..4 applies", "no cap ..4 applies", "no ..3 limitation of liability"),
        Mention = Concept.Of(
            "recognise/recognises/recognize/recognizes ..3 importance", "importance", "to be agreed", "in due course", "at a later date/stage", "separate agreement", "separate document", "may consider", "best practice suggests", "good practice", "for information only", "whereas", "if and when", "are aware", "is aware", "at its ..2 discretion", "in its ..2 discretion", "be the subject of", "future annex", "may wish", "has issued guidance", "remains to be", "will discuss", "may discuss", "aspire*"),
        Report = Concept.Of("the lgpd", "brazilian law", "the law", "the national ..3 authority", "the anpd", "it is well known", "as is known", "legislation"),
        Rules =
        [
            new(LgpdItems.LegalBasis, Concept.Of(
                    "legal basis/bases/ground/grounds", "lawful basis/bases/ground/grounds", "basis in law", "article/articles/art 7", "article/articles/art 11", "legitimate interest/interests", "consent", "basis for/of", "legal hypothesis/hypotheses", "on the basis of", "ground/grounds relied", "grounded", "relies/rely/relying on", "performance of ..3 contract", "regular exercise", "lawful ..3 ground", "based on", "justified by", "legitim*", "founded"))
                { Near = [Concept.Of("process*", "collect*", "personal data", "data", "handl*"), Concept.Of("legal basis/bases/ground/grounds", "lawful basis/bases/ground/grounds", "basis", "ground/grounds/grounded", "article/articles/art 7", "article/articles/art 11", "legitimate interest/interests", "consent of/is/was", "consent ..4 data subject/subjects/individual/individuals", "performance of ..3 contract/agreement", "legal obligation", "regular exercise")],
                  Unless = Concept.Of("prior ..2 written consent", "written consent", "transfer* ..20 consent") },
            new(LgpdItems.LegalBasis, Concept.Of("legal basis/bases/ground/grounds", "lawful basis/bases/ground/grounds", "ground/grounds relied", "exercise of ..3 rights", "ground relied"))
                { Near = [Concept.Of("processing", "consent", "data subject/subjects", "process", "data")], Within = 15, Scope = Scope.Own, Unless = Concept.Of("withdraw*") },
            new(LgpdItems.PurposeLimitation, Processing)
                { Near = [
                    Concept.Of("purpose/purposes", "instructions", "own benefit", "other use", "own ends", "aim/aims", "end/ends ..3 than", "extent necessary", "use made known", "objective/objectives", "necessary for the performance", "for its own", "use ..4 other than"),
                    Concept.Of("only", "solely", "exclusively", "not", "limited", "no other", "other than", "strictly", "instructions", "never", "restricted", "nothing", "confine*", "except", "sole", "any other", "no", "exclusive", "may not")],
                  MayBeForbidden = true, Unless = Concept.Of("kept ..10 purposes", "stored ..10 purposes", "retained ..10 purposes", "kept no longer") },
            new(LgpdItems.DataSubjectRights, Concept.Of("request/requests", "rights", "right of access", "enquir*", "petition*", "objection/objections", "objects", "withdraw* ..3 consent", "consent ..3 withdrawn", "asks to", "ask to", "complaint/complaints", "demands", "requesting", "applications from"))
                { Near = [Subject, Concept.Of(
                    "assist*", "respond*", "forward*", "answer*", "honour*/honor*", "enabl*", "cooperat*", "co operat*", "support*", "comply/complies", "pass/passes/passed", "help*", "fulfil*", "handl*", "attend*", "refer*", "transmit*", "provid*", "serv*", "ensur*", "facilitat*", "relay*", "deal/dealt with", "give effect", "hand/hands", "send/sends", "writing to", "channel", "met", "meet", "redirect*", "log", "act on", "address*", "make* possible", "satisf*", "guarantee*", "stop*", "cease*", "suspend*", "block*", "tell", "notify", "inform", "resolve*", "process them")],
                  Scope = Scope.Section },
            new(LgpdItems.SecurityMeasures, Concept.Of("measures", "safeguards", "controls", "encrypt*", "security programme/program/controls/policy/policies/standards/requirements/procedures/practices/level", "security of", "access control", "protect/protects/protected/protecting", "credentials", "malware", "antivirus", "firewall", "passwords/password", "locked", "authentication", "audit trails", "shield*", "secure/secured", "guard"))
                { Near = [Concept.Of("technical", "organi*", "administrative", "protect/protects/protected/protecting", "protection of", "unauthorised/unauthorized", "encrypt*", "access", "accidental", "security", "loss", "trained", "credentials", "malware", "authentication", "vulnerabilit*", "iso", "password*", "state of the art", "firewall", "log/logs"), Concept.Of("data", "information", "records", "files", "databases", "systems", "them", "processing", "work")],
                  Unless = Concept.Of("security deposit", "incident/incidents ..20 notif*", "incident/incidents ..30 disclosed", "breach* ..20 notif*", "health and safety", "as security") },
            new(LgpdItems.SecurityMeasures, Concept.Of("technical and organi*", "technical and administrative", "administrative and technical", "organisational/organizational and technical", "security measures", "encrypted")),
            new(LgpdItems.BreachNotification, Incident)
                { Near = [Tell], Unless = Concept.Of("protect* ..12 unauthorised/unauthorized", "against ..8 unauthorised/unauthorized", "against ..12 disclosure") },
            new(LgpdItems.Dpo, Concept.Of("data protection officer/officers", "dpo", "encarregado", "privacy officer", "officer/officers in charge of ..4 data", "person in charge of ..6 data", "data protection lead/contact", "professional ..10 personal data", "person ..8 responsible for ..3 data protection", "person ..3 answerable for ..3 data", "contact ..3 data protection"))
                { Near = [Concept.Of("appoint*", "designat*", "name", "names", "named", "is", "are", "maintain*", "has", "contact*", "reach*", "nominat*", "act/acts", "keep*", "identif*", "email", "have", "shall", "addressed", "will", "hold/holds", "serve/serves", "to be")] },
            new(LgpdItems.Subprocessors, Concept.Of("sub processor*", "subprocessor*", "sub contract*", "subcontract*", "sub processing", "subprocessing", "another processor", "other processors", "third party/parties", "further processor/processors", "third parties who", "other providers", "further one", "helpers", "suppliers"))
                { Near = [Concept.Of("authoris*/authoriz*", "approv*", "consent", "prior", "same obligations/duties/terms", "equivalent", "not", "no", "written", "flow down", "impose*", "list", "agreed", "bound", "permission", "object", "only after", "announce", "equal*", "inform*", "subject to", "answerable", "same")],
                  MayBeForbidden = true, Scope = Scope.Sentence },
            new(LgpdItems.Subprocessors, Concept.Of("sub processor*", "subprocessor*")) { MayBeForbidden = true },
            new(LgpdItems.InternationalTransfer, Abroad) { MayBeForbidden = true },
            new(LgpdItems.RetentionDeletion, Concept.Of("delet*", "eras*", "destroy*", "destruction", "return/returned/returns", "retain*", "retention", "anonymis*/anonymiz*", "kept", "keep", "store/stored/storage", "purge*", "hold/held", "dispos*", "wipe*", "destroyed", "removed", "shred*", "expunge*"))
                { Near = [Concept.Of("termination", "end", "expiry", "expiration", "longer than", "days", "period", "necessary", "as long as", "months", "years", "ends", "no longer", "once", "ended", "completion", "after", "ceas*", "lapse*", "how long", "needed", "over", "expires", "conclusion", "close of")],
                  MayBeForbidden = true, Unless = Concept.Of("request/requests", "ask/asks to", "backups tested", "confidential information", "premises", "equipment", "goods", "materials", "documents and") },
            new(LgpdItems.Liability, Concept.Of("liable", "liability", "indemnif*", "responsible for", "compensat*", "hold ..4 harmless", "bear/bears", "answer/answers for", "answerable", "make/makes good", "reimburs*", "indemnit*", "at its expense", "jointly", "recourse", "redress", "cover", "pays for", "make/makes whole", "made good"))
                { Near = [Concept.Of("damage*", "loss*", "fine/fines/fined", "claim/claims", "penalt*", "sanction*", "harm", "costs", "recourse", "sued", "awards", "compensation", "several*", "consequences", "injur*")],
                  Scope = Scope.Sentence },
        ],
    };
}
