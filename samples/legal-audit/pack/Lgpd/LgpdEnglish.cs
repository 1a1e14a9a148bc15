using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

internal static class LgpdEnglish
{
    public static LgpdVocabulary Vocabulary { get; } = new()
    {
        PersonalData = Concept.Of(
            "personal data", "personal information", "data subject/subjects", "lgpd", "13 709", "data protection", "personally identifiable", "individuals data", "gdpr", "controller", "processor", "sub-processor/processors", "subprocessor/subprocessors", "data relating to individuals", "information about individuals"),
        Negation = Concept.Of("not", "no", "never", "neither", "nor", "without", "none"),
        NoNegation = Concept.Of(
            "without undue delay", "without delay", "without ..2 delay", "no later than", "not later than", "no longer than", "not limited to", "without limitation", "without prejudice", "not only", "no less than", "not less than", "not more than", "without charge", "at no cost", "no event later", "without cost", "no longer", "whether or not", "without unreasonable delay", "no more than", "without limit", "not exceeding", "without exception"),
        CarveOut = Concept.Of(
            "no obligation", "not ..2 obliged", "not ..2 required", "not ..2 apply", "does/do/shall not apply", "no duty", "not ..3 liable", "not ..3 responsible", "no liability", "no responsibility", "excludes ..4 liability", "excluded", "disclaims", "exempt", "not ..2 undertake", "not ..2 liable", "relieved of/from", "nothing ..6 obliges/requires", "no commitment", "released from", "neither ..3 liable", "neither ..3 responsible", "waives/waive", "carved out", "does not extend", "not ..2 bound"),
        Mention = Concept.Of(
            "recognise/recognize ..3 importance", "acknowledge/acknowledges ..4 importance", "importance of", "to be agreed", "in due course", "at a later date", "separate agreement", "separate document", "may consider", "best practice suggests", "good practice", "for information only", "whereas", "if and when", "are aware", "is aware", "at its discretion", "in its discretion", "at its sole discretion", "will be the subject of", "shall be the subject of", "future annex", "may wish"),
        Report = Concept.Of("the lgpd", "brazilian law", "the law", "the national authority", "the anpd", "it is well known", "as is known", "legislation"),
        Rules =
        [
            new(LgpdItems.LegalBasis, Concept.Of("legal basis/bases/ground/grounds", "lawful basis/bases/ground/grounds", "basis in law", "article 7", "art 7", "article 11", "legitimate interest/interests", "consent of ..3 data subject/subjects", "basis for/of processing", "basis ..4 lgpd", "legal hypothesis/hypotheses", "on the basis of ..6 lgpd/law/article"))
                { Near = [Concept.Of("process", "processing", "processed", "processes", "data", "collect", "collected")] },
            new(LgpdItems.PurposeLimitation, Concept.Of("purpose/purposes", "instructions", "solely", "exclusively", "own benefit", "other use", "own ends"))
                { Near = [Concept.Of("process", "processed", "processing", "processes", "use", "used", "uses", "using", "collected"), Concept.Of("only", "solely", "exclusively", "not", "limited", "no other", "other", "strictly", "instructions", "never", "restricted", "nothing", "confined", "except")], MayBeForbidden = true },
            new(LgpdItems.DataSubjectRights, Concept.Of("request/requests", "right/rights of ..4 data subject/subjects", "data subject s? right/rights", "data subjects right/rights", "exercise ..3 rights", "access correction", "enquiry/enquiries", "rights ..3 individuals", "petition/petitions"))
                { Near = [Concept.Of("data subject/subjects", "individual/individuals", "person/persons"), Concept.Of("assist", "respond", "forward", "forwards", "answer", "honour/honor", "enable", "cooperate", "co-operate", "support", "comply", "pass", "passes", "help", "fulfil/fulfill", "handle", "attend", "notify", "refer", "transmit", "provide", "serve", "ensure", "facilitate", "act", "answered", "forwarded", "relay", "deal with", "dealt with", "give effect", "inform", "hand", "send")] },
            new(LgpdItems.SecurityMeasures, Concept.Of("measures", "safeguards", "controls", "encryption", "encrypted", "security", "encrypt", "access control"))
                { Near = [Concept.Of("technical", "organisational/organizational", "administrative", "protect", "protected", "safeguard", "unauthorised/unauthorized", "encryption", "encrypted", "access", "accidental", "security", "loss", "encrypt"), Concept.Of("implement", "maintain", "adopt", "apply", "put in place", "keep", "take", "protect", "protected", "use", "operate", "ensure", "guard", "implements", "maintains", "adopts", "applies", "secure", "employ", "stored", "held", "encrypt", "have", "place", "kept", "preserve", "provide")], Unless = Concept.Of("security deposit") },
            new(LgpdItems.BreachNotification, Concept.Of("breach/breaches of ..4 data/security", "data breach/breaches", "incident/incidents", "security breach/breaches", "leak/leaks", "unauthorised/unauthorized access", "compromise of", "breach/breaches ..4 personal data", "personal data breach/breaches", "loss of ..3 personal data"))
                { Near = [Concept.Of("notify", "notifies", "notified", "report", "reports", "reported", "inform", "informs", "informed", "notice", "notification", "alert", "communicate", "tell", "advise", "communicated", "give notice", "told", "disclose")] },
            new(LgpdItems.Dpo, Concept.Of("data protection officer/officers", "dpo", "encarregado", "privacy officer", "officer in charge of ..4 data", "person in charge of ..6 data", "data protection lead"))
                { Near = [Concept.Of("appoint", "appoints", "appointed", "designate", "designates", "designated", "name", "names", "named", "is", "are", "maintain", "maintains", "shall have", "has", "contact", "reached", "nominate", "nominated", "acts", "act", "keep", "identify", "email", "have")] },
            new(LgpdItems.Subprocessors, Concept.Of("sub-processor/processors", "subprocessor/subprocessors", "sub-contractor/contractors", "subcontractor/subcontractors", "sub-processing", "subprocessing", "another processor", "other processors", "subcontract", "third party/parties", "further processor/processors", "sub-contract"))
                { Near = [Concept.Of("authorisation/authorization", "approval", "consent", "prior", "same obligations", "same duties", "equivalent", "same terms", "not", "no", "written", "no less protective", "approved", "flow down", "impose", "imposes", "list", "authorised/authorized", "agreed", "bound by", "permission", "object")], MayBeForbidden = true },
            new(LgpdItems.InternationalTransfer, Concept.Of("international transfer/transfers", "outside brazil", "outside of brazil", "outside the country", "abroad", "cross-border", "another country", "other countries", "third country/countries", "foreign country/countries", "overseas", "within brazil", "in brazil only", "only in brazil", "outside the ..3 territory", "leave brazil", "outside ..3 jurisdiction", "transferred internationally", "beyond ..3 borders", "brazilian territory"))
                { MayBeForbidden = true },
            new(LgpdItems.RetentionDeletion, Concept.Of("delete", "deletes", "deleted", "deletion", "erase", "erased", "erasure", "destroy", "destroyed", "destruction", "return", "returned", "retain", "retained", "retention", "anonymise/anonymize", "anonymised/anonymized", "keep", "kept", "store", "stored", "purge", "purged", "hold", "held", "disposed", "dispose", "wipe", "wiped"))
                { Near = [Concept.Of("termination", "end of", "expiry", "expiration", "longer than", "days", "period", "necessary", "as long as", "months", "years", "ends", "no longer", "once", "ended", "upon completion", "after", "only for", "ceases", "when", "at the end", "comes to an end", "needed", "for as long")], MayBeForbidden = true },
            new(LgpdItems.Liability, Concept.Of("liable", "liability", "indemnify", "indemnifies", "indemnified", "responsible", "compensate", "hold harmless", "bear", "bears", "answer for", "answerable", "make good", "reimburse", "answers for", "indemnity", "be responsible"))
                { Near = [Concept.Of("damage", "damages", "loss", "losses", "fine", "fines", "claim", "claims", "penalty/penalties", "sanction/sanctions", "harm", "costs")] },
        ],
    };
}
