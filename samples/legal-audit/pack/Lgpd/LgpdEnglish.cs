using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

internal static class LgpdEnglish
{
    private static readonly Concept Answer = Concept.Of(
        "assist*", "respond*", "forward*", "answer*", "honour*/honor*", "enabl*", "cooperat*", "co operat*", "support*", "comply/complies", "pass/passes/passed", "help*", "fulfil*", "handl*", "attend*", "refer*", "transmit*", "provid*", "serv*", "ensur*", "facilitat*", "relay*", "deal/dealt with", "give effect", "hand/hands", "send/sends/sent", "writing to", "channel",
        "met", "meet", "redirect*", "log", "act on", "address*", "make* possible", "satisf*", "guarantee*", "stop*", "cease*", "suspend*", "block*", "tell", "notify", "inform", "resolve*", "receive", "go to", "goes to", "given", "give", "get/gets", "shown", "within", "free of charge", "may");

    private static readonly Concept Only = Concept.Of(
        "only", "solely", "exclusively", "not", "limited", "no other", "other than", "strictly", "instructions", "never", "restricted", "nothing", "confine*", "except", "sole", "any other", "no", "exclusive", "may not", "nowhere", "forbidden", "prohibited");

    public static LgpdVocabulary Vocabulary { get; } = new()
    {
        PersonalData = EnglishWords.PersonalData,
        Negation = Concept.Of("not", "no", "never", "neither", "nor", "without", "none", "cannot", "refuse*", "declin*", "nobody", "nothing"),
        NoNegation = Concept.Of(
            "without undue delay", "without ..3 delay", "no later than", "not later than", "no longer than", "not limited to", "without limitation", "without prejudice", "not only", "no less than", "not less than", "not more than", "without charge", "at no cost", "no event later", "without cost", "no longer", "whether or not", "no more than", "without limit", "not exceeding", "without exception", "no less ..2 protective", "without ..3 authoris*/authoriz*",
            "without hesitation", "with or without", "no outsider*", "no one outside", "nobody outside", "not get at", "cannot get at", "not be seen", "no stranger*", "nobody else", "not fall into"),
        CarveOut = Concept.Of(
            "no ..2 obligation", "not ..2 obliged", "not ..2 required", "not ..2 apply", "no ..4 applies", "no duty", "not ..3 liable", "not ..3 responsible", "no ..2 liability", "no ..2 responsibility", "excludes ..4 liability", "excluded", "disclaim*", "exempt*", "not ..2 undertake", "relieved of/from", "nothing ..6 obliges/requires", "no commitment", "released from", "neither ..6 liable", "neither ..6 responsible", "neither ..3 undertakes", "neither ..3 obliged/required",
            "waive/waives", "carved out", "not extend", "not ..2 bound", "freely", "no restriction/restrictions", "without ..2 restriction/restrictions", "any purpose", "need not", "not ..2 impose/imposes", "not ..2 regulate/regulates/govern", "out of scope", "outside the scope", "indefinitely", "as it sees fit", "not ..2 expected", "no ..2 right to", "does not provide", "no ..4 is/are stated", "no ..6 will/shall be appointed/designated/named", "not appointed", "not ..2 answer for",
            "no ..2 requirement", "under no ..2 obligation/duty", "not ..2 fix/fixes/set/sets/define/defines/stipulate/stipulates/lay", "no ..4 period ..3 fixed/set", "nor ..3 duty", "says nothing", "say nothing", "forever", "as it likes", "as it pleases", "nobody ..6 appointed/designated/named", "not ..2 promise*", "not ..2 guarantee*", "not ..2 have to", "no promise", "nothing ..4 about", "not ..2 concern", "not ..2 appoint", "leaves ..3 open", "not ..2 address"),
        NoCarveOut = Concept.Of("cap ..10 not apply", "limit/limits/limitation/limitations ..10 not ..2 apply", "exclusion/exclusions ..10 not ..2 apply", "not apply to ..6 damages/losses/liability", "save ..12 excluded", "not ..2 bound by the cap", "no limit ..4 applies", "no cap ..4 applies", "no ..3 limitation of liability"),
        Mention = Concept.Of(
            "recognise/recognises/recognize/recognizes ..3 importance", "importance", "to be agreed", "in due course", "at a later date/stage", "separate agreement", "separate document", "may consider", "best practice suggests", "good practice", "for information only", "whereas", "if and when", "are aware", "is aware", "at its ..2 discretion", "in its ..2 discretion", "be the subject of", "future annex", "may wish", "has issued guidance", "remains to be", "will discuss", "may discuss", "aspire*", "some day", "would like to", "hope/hopes"),
        Report = Concept.Of("the lgpd", "brazilian law", "the law", "the national ..3 authority", "the anpd", "it is well known", "as is known", "legislation"),
        Rules =
        [
            new(LgpdItems.LegalBasis, Concept.Of(
                    "legal basis/bases/ground/grounds", "lawful basis/bases/ground/grounds", "basis in law", "article/articles/art 7", "article/articles/art 11", "legitimate interest/interests", "consent", "basis for/of", "legal hypothesis/hypotheses", "on the basis of", "ground/grounds relied", "grounded", "relies/rely/relying on", "performance of ..3 contract", "regular exercise", "lawful ..3 ground", "based on", "justified by", "legitim*", "founded", "on the ground", "the law allows/permits/requires", "consented", "law allows/permits", "authority in law", "because ..6 necessary", "agreed", "permission", "law obliges/demands", "rests/rest on", "lawfully", "statute", "warranted by law", "said yes"))
                { Near = [Concept.Of("process*", "collect*", "personal data", "data", "handl*", "hold/holds/held", "keep*", "use/used/uses", "register*", "details"), Concept.Of("law allows/permits", "consented", "on the ground", "law obliges/demands", $"{EnglishWords.People} ..4 agreed/permission", $"permission/agreement of ..3 {EnglishWords.People}", "statute", "authority in law", "necessary to perform", "necessary for ..3 performance of ..2 contract/agreement", "s consent", "legal basis/bases/ground/grounds", "lawful basis/bases/ground/grounds", "basis", "ground/grounds/grounded", "article/articles/art 7", "article/articles/art 11", "legitimate interest/interests", "consent of/is/was", "consent ..4 data subject/subjects/individual/individuals", "performance of ..3 contract/agreement", "legal obligation", "regular exercise")],
                  Unless = Concept.Of("prior ..2 written consent", "written consent", "transfer* ..20 consent", "client s consent", "controller s consent", "withdraw*") },
            new(LgpdItems.LegalBasis, Concept.Of("legal basis/bases/ground/grounds", "lawful basis/bases/ground/grounds", "ground/grounds relied", "exercise of ..3 rights", "ground relied"))
                { Near = [Concept.Of("processing", "consent", "data subject/subjects", "process", "data")], Within = 15, Scope = Scope.Own, Unless = Concept.Of("withdraw*") },
            new(LgpdItems.PurposeLimitation, EnglishWords.Processing)
                { Near = [
                    Concept.Of("purpose/purposes", "instructions", "own benefit", "other use", "own ends", "aim/aims", "end/ends ..3 than", "extent necessary", "use made known", "objective/objectives", "necessary for the performance", "for its own", "use ..4 other than", "nothing else", "no more than", "only in order", "only as far", "beyond", "no further", "solely to", "only to", "anything else", "anything other", "for what", "advertising", "marketing", "no other use", "only for", "solely for", "exclusively for", "only"),
                    Only],
                  MayBeForbidden = true, Unless = Concept.Of("kept ..10 purposes", "stored ..10 purposes", "retained ..10 purposes", "kept no longer", "another country", "only ..6 law allows", "only where the law", "only with the guarantees", "only trained", "purge*") },
            new(LgpdItems.DataSubjectRights, Concept.Of("request/requests", "rights", "right of access", "enquir*", "petition*", "objection/objections", "objects", "withdraw* ..3 consent", "consent ..3 withdrawn", "asks to", "ask to", "complaint/complaints", "demands", "requesting", "applications from", "wants/want to", "asks for", "ask for", "wishes/wish to", "requests", "may see/ask/know/look/check", "entitled to see/know/ask", "would like"))
                { Near = [EnglishWords.Subject, Answer, Concept.Of("data", "information", "data subject/subjects", "correct*", "rectif*", "eras*", "delet*", "cop*", "portability", "about him/her/them", "kept about", "rights", "records/record", "file", "put right", "remov*", "amend*", "see what", "struck", "look at")], Within = 18, Unless = Concept.Of("confidential") },
            new(LgpdItems.SecurityMeasures, Concept.Of("measures", "safeguards", "controls", "encrypt*", "security programme/program/controls/policy/policies/standards/requirements/procedures/practices/level", "security of", "access control", "protect/protects/protected/protecting", "credentials", "malware", "antivirus", "firewall", "passwords/password", "locked", "authentication", "audit trails", "shield*", "secure/secured/securely", "guard", "lock and key", "proper care", "safe", "out of sight", "care", "guarded", "kept from", "safekeeping", "need to know", "padlock*", "watch"))
                { Near = [Concept.Of("technical", "organi*", "administrative", "protect/protects/protected/protecting", "protection of", "unauthorised/unauthorized", "encrypt*", "access", "accidental", "security", "loss", "trained", "credentials", "malware", "authentication", "vulnerabilit*", "iso", "password*", "state of the art", "firewall", "log/logs", "lock", "outsider*", "stranger*", "only", "known", "copies", "against", "secure place/room/server*", "get at", "prying", "locked", "safe from", "kept safe"), Concept.Of("data", "information", "records", "files", "databases", "systems", "them", "processing", "work", "details", "file", "names")],
                  Unless = Concept.Of("security deposit", "incident/incidents ..20 notif*", "incident/incidents ..30 disclosed", "breach* ..20 notif*", "health and safety", "as security", "kept no longer", "adequate level", "stolen", "lost", "leak*", "insurance", "save where", "documents") },
            new(LgpdItems.SecurityMeasures, Concept.Of("technical and organi*", "technical and administrative", "administrative and technical", "organisational/organizational and technical", "security measures", "encrypted")),
            new(LgpdItems.BreachNotification, EnglishWords.Incident)
                { Near = [EnglishWords.Tell], Unless = Concept.Of("protect* ..12 unauthorised/unauthorized", "against ..8 unauthorised/unauthorized", "against ..12 disclosure") },
            new(LgpdItems.Dpo, Concept.Of("data protection officer/officers", "dpo", "encarregado", "privacy officer", "officer/officers in charge of ..4 data", "person in charge of ..6 data", "data protection lead/contact", "professional ..10 personal data", "person ..8 responsible for ..3 data protection", "person ..3 answerable for ..3 data", "contact ..3 data protection", "in charge of data protection", "person ..3 looks after ..4 data", "officer ..4 data"))
                { Near = [Concept.Of("appoint*", "designat*", "name", "names", "named", "is", "are", "maintain*", "has", "contact*", "reach*", "nominat*", "act/acts", "keep*", "identif*", "email", "have", "shall", "addressed", "will", "hold/holds", "serve/serves", "to be")] },
            new(LgpdItems.Subprocessors, EnglishWords.Someone)
                { Near = [Concept.Of("authoris*/authoriz*", "approv*", "consent", "prior", "same", "equivalent", "not", "no", "written", "writing", "flow down", "impose*", "list", "agreed", "agrees", "bound", "permission", "object", "only after", "announce", "equal*", "inform*", "subject to", "answerable", "unless", "beforehand", "first")],
                  MayBeForbidden = true, Scope = Scope.Sentence, Unless = Concept.Of("damage ..8 third parties", "losses ..8 third parties", "insurance", "third party claims") },
            new(LgpdItems.Subprocessors, Concept.Of("sub processor*", "subprocessor*")) { MayBeForbidden = true },
            new(LgpdItems.InternationalTransfer, EnglishWords.Abroad) { MayBeForbidden = true, Unless = Concept.Of("incident/incidents", "attack*") },
            new(LgpdItems.RetentionDeletion, EnglishWords.Erase)
                { Near = [EnglishWords.AtTheEnd], MayBeForbidden = true, Scope = Scope.Paragraph,
                  Unless = Concept.Of("request/requests", "ask/asks to", "asks/ask for", "wants/want to", "backups tested", "daily copies", "confidential", "secret", "premises", "equipment", "goods", "materials", "documents") },
            new(LgpdItems.Liability, EnglishWords.Pay)
                { Near = [EnglishWords.Harm], Scope = Scope.Paragraph },
        ],
    };
}
