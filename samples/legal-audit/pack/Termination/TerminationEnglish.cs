using LegalAudit.Rules;

namespace LegalAudit.Termination;

internal static class TerminationEnglish
{
    private const string Ends = "terminate/terminated/terminable/cancel/cancelled/canceled/cancellable/cancelable/end/ended/rescind/rescinded/withdraw/determine/determined/discontinue/discontinued/exit/leave/quit/dissolve/dissolved/withdrawn";

    private const string Endings = "terminat*/cancellation/withdrawal/rescission/exit/ending";

    public static TerminationVocabulary Vocabulary { get; } = new()
    {
        Permission = Concept.Of(
            "may", "can", "right to", "right of", "entitled to", "option to/of", "free to", "liberty to", "permitted to", "allowed to", "reserves/reserve the right", "power to", "elect to", "choose to",
            "could", "able to", "entitles/entitle", "allows/allow", "permits/permit", "empowered to", "decide to", "authorised/authorized to", "wishes/wish/wishing/wants/want/wanting to", "chooses/choosing/elects/electing/decides/deciding to", "prefer/prefers to",
            "should either/any party", "sufficient", "enough", "at the request/initiative of", "not bound to remain/continue", "if either/any/one ..6 decides/decide/wants/wishes/chooses", "decides/decide to", "whoever ..4 wants/wishes", "who wants/wishes", "to get/be out of", "free", "has/have had enough", "could", "no explanation ..4 needed", "open to"),
        Wish = Concept.Of("wish*", "want*", "decid*", "choos*", "elect*", "prefer*", "had enough", "suits"),
        Tired = Concept.Of("no longer ..4 wish/wishes/want/wants/suits/suit/need/needs/require/requires", "does/do not wish/want to continue/carry/remain/proceed", "not wishing to continue/carry/remain/proceed", "loses/lose interest", "ceases to ..4 interest"),
        End = Concept.Of(
            "terminate", "end", "cancel", "withdraw from", "bring ..8 to an end/close", "put an end to", "walk away", "discontinue", "exit", "rescind", "determine", "step out/away", "dissolve", "leave", "opt out",
            "conclude", "be released from", "unwind", "bring to an end/close", "terminated", "ended", "cancelled/canceled", "brought to an end/close", "rescinded", "determined", "discontinued", "dissolved", "come to an end", "cease", "surrender",
            "terminating", "ending", "bringing ..8 to an end/close", "part ways", "withdraw", "termination", "early termination", "give up", "break", "release itself/themselves", "free itself/themselves", "stand down", "bow out", "pull out", "stop", "not continue", "part company", "go ..3 separate ways", "wind up", "be relieved of/from", "be discharged from", "be free of/from", "disengage", "departure", "departing", "leaving", "depart from", "leave it", "relationship ..3 ends/end/ceases", "agreement ..3 ends/end/ceases", "contract ..3 ends/end/ceases", "ceases", "ends", "step down", "let ..4 go", "get out", "be rid of", "close", "closed", "sever", "drop", "drop out", "quit", "call ..4 off", "break off", "hand/hands back ..2 keys", "give/gives back ..2 keys", "falls/fall away", "is over", "be over", "comes to ..2 end", "come to a stop", "finish", "be done with", "call it a day", "all ends", "no longer bound", "be bound no more", "go", "let go", "lapse", "stops", "get out", "giving it up", "return the keys", "back out", "move out", "walk", "revoke", "abandon", "treat/consider/regard/declare/deem/hold ..8 discharged/terminated/ended/rescinded/cancelled/dissolved/repudiated/determined", "treat/declare ..6 at an end"),
        EndsContract = Concept.Of(
            "terminate/terminated/terminating ..3 for convenience/cause", "terminate ..3 without cause", "terminate forthwith", "terminate at any time", "terminate upon/on/by/immediately", "terminate unilaterally", "terminate with/summarily", "part ways", "walk away",
            "bring matters to an end/close", "terminate early", "terminate if/for", "termination for convenience/cause", "terminate without"),
        DoSo = Concept.Of("do so", "exercise ..3 right", "exercise it"),
        Ending = Concept.Of(
            "terminate", "terminated", "terminating", "termination", "terminates", "cancel", "cancellation", "withdrawal", "withdraw", "exit", "leave", "leaving", "ending", "end this/the", "rescission", "walk away", "bring ..6 to an end/close"),
        NominalGrant = Concept.Of(
            "termination for convenience ..8 notice/requires/shall/is", "termination without cause ..8 notice/requires/shall/is", "early termination ..8 notice/requires/permitted/shall be", "right of early? termination", "termination by either party ..10 notice",
            "ground/grounds for ..3 termination", "entitles/entitle/allows/allow/permits/permit ..8 terminate/termination/end/cancel", "cause for ..2 termination", "termination ..6 upon/on/by/with ..8 notice", "right ..3 terminate", "terminable/cancellable/cancelable/determinable/rescindable ..3 at/by/on/upon/without/for", $"to {Ends} ..4 agreement/contract/lease/engagement/arrangement/relationship ..14 notify/notice/advise/inform/tell/write",
            "rights ..2 termination"),
        EndsOnBreach = Concept.Of("terminated ..4 automatically", "terminate ..3 automatically", "terminates ..3 automatically", "terminate immediately", "terminates immediately", "shall/will ..2 be terminated", "shall/will ..2 terminate"),
        Contract = Concept.Of(
            "agreement", "contract", "lease", "arrangement", "arrangements", "relationship", "engagement", "tenancy", "licence/license", "statement of work", "deed", "instrument", "subscription", "terms", "services", "collaboration",
            "partnership", "appointment", "retainer", "association", "it", "supply", "premises", "framework", "undertaking", "bargain", "deal", "keys", "service", "project", "job", "all", "everything", "each of us", "either of us", "side/sides", "plan", "membership", "work", "obligations", "link", "tie/ties", "commitment", "consortium", "joint venture", "venture", "alliance", "franchise", "mandate", "programme", "pact", "syndicate", "scheme"),
        OtherObject = Concept.Of(
            "employment", "employee/employees/employee s", "subcontract/subcontracts", "subcontractor/subcontractors", "previous/prior/earlier/former agreement/contract/lease/arrangement", "insurance policy", "policy of insurance",
            "contract/contracts/agreement/agreements with ..3 third/suppliers/customers/employees/landlord/insurer/carrier/bank", "cable/cables", "circuit/circuits", "session/sessions", "access", "user account", "account/accounts",
            "employment contract/contracts", "end user/users", "wire/wires", "process/processes", "line/lines", "dispute", "disputes", "purchase order", "credentials"),
        Negation = Concept.Of("not", "never", "cannot", "no longer", "nor"),
        NegatedSubject = Concept.Of("neither", "no party/parties", "none of", "nor"),
        Denial = Concept.Of(
            "prohibited", "waive/waives/waived", "not ..3 permitted", "not ..3 allowed", "not ..3 entitled", "no ..4 right", "not ..3 right", "no termination", "excluded", "no ..2 option", "forgo/forgoes", "relinquish/relinquishes/relinquished",
            "renounce/renounces", "without ..3 right to", "irrevocable and non terminable", "non terminable", "non cancellable/cancelable", $"no circumstances/event/case ..8 {Ends}", "not ..2 available", "no early termination", "surrenders any right", "disclaims"),
        Ban = Concept.Of(
            $"may/can/shall/could/will/must ..2 not ..5 {Ends}", $"cannot ..6 {Ends}", $"neither/none/nobody/no ..8 may/can/shall/could/will ..4 {Ends}", "not ..4 brought/bring ..8 end/close", "neither ..8 bring ..8 end/close", "cannot ..4 brought/bring ..8 end/close",
            $"is/are not {Ends}", $"no/neither/none ..4 has/have ..3 right/power/option/entitled/free ..4 {Ends}", "non terminable/cancellable/cancelable/cancelled", "noncancellable", "noncancelable", "agreement/contract/lease/arrangement ..6 irrevocable", $"no ..2 right/option/power/entitlement ..4 {Ends}", $"no ..2 right/option/power/entitlement ..4 {Endings}",
            $"not ..4 right/entitled/permitted/allowed/free/liberty to ..4 {Ends}", $"waive*/renounce*/relinquish*/forgo* ..8 {Ends}", $"waive*/renounce*/relinquish*/forgo* ..8 {Endings}", $"{Endings} ..10 not ..2 permitted/allowed/available/possible", $"{Endings} ..10 prohibited/excluded/forbidden/barred",
            "no termination ..4 convenience/cause/expiry/end", "no early termination", $"no circumstances/event/case ..8 {Ends}", $"prohibited/barred/precluded from ..2 {Endings}", "bound/committed ..4 full/entire/whole term"),
        PartOfTerm = Concept.Of("first", "initial", "minimum", "lock in", "until", "anniversary", "elapsed", "completed", "month/months of", "committed period"),
        Role = Concept.Of(
            "customer", "client", "vendor", "supplier", "provider", "contractor", "subcontractor", "company", "buyer", "seller", "purchaser", "landlord", "tenant", "lessor", "lessee", "licensor", "licensee", "distributor", "manufacturer", "franchisor", "franchisee", "agency", "agent", "principal", "consultant", "owner", "bank", "borrower", "lender", "employer", "controller", "processor", "operator", "user", "subscriber", "member", "participant", "coordinator", "publisher", "author", "carrier", "shipper", "partner", "reseller", "sponsor", "school", "clinic", "hotel", "shop", "club"),
        By = Concept.Of("by the?"),
        Exception = Concept.Of("except", "unless", "other than", "save", "otherwise than", "but only"),
        Without = Concept.Of("without", "unless"),
        Contrast = Concept.Of("but", "however", "whereas", "while", "thereafter", "after which", "following which", "although"),
        Cause = Concept.Of(
            "breach", "breaches", "breached", "default", "defaults", "insolvent", "insolvency", "bankrupt", "bankruptcy", "for cause", "failure", "fails", "fail", "non payment", "material", "liquidation", "violation", "violates", "winding up", "receiver",
            "misconduct", "lets ..4 down", "let ..4 down", "misses/miss ..3 payment/payments", "stops paying", "does not pay", "breaks ..3 word/promise/promises/terms", "falls behind", "seriously", "dishonest*", "behind with", "force majeure", "change of control", "non performance", "negligence", "fraud", "receivership"),
        Condition = Concept.Of("if", "should the/a/any/either/one", "in the event", "in case", "where the/a/any/either/one", "upon the ..3 occurrence", "whoever"),
        Convenience = Concept.Of(
            "at any time/moment/point", "irrespective of ..3 renewal/term", "for convenience", "mere/own/simple convenience", "when it/they likes/like/wishes/wish/pleases/please", "for its/their convenience", "without cause", "without ..4 cause", "for any reason", "without ..4 reason", "no reason", "without ..4 reasons", "for any or no reason", "without justification", "at will", "without fault",
            "sole discretion", "own discretion", "absolute discretion", "whether or not ..6 breach/default/fault", "unilaterally", "with or without cause", "regardless of ..2 reason/cause", "irrespective of ..3 reason/cause/fault", "early", "before ..6 expires/expiry/expiration", "no longer ..3 wish/wishes/suits/need/needs",
            "whenever", "for its own reasons", "without having to", "without giving ..3 reason", "in advance of ..4 expiry", "before the end of the term", "for any reason or none", "whenever", "as it pleases", "no explanation", "without explanation", "without explaining", "no questions asked", "had enough", "early", "or for none", "at any hour", "reason or none", "giving it up"),
        Notice = Concept.Of("notice", "notification", "notify", "notifying", "notified", "in advance", "advance", "warning", "informing", "inform", "beforehand", "letting ..4 know", "telling", "letter", "writes/write/writing", "says/say/saying", "tells/tell", "message", "hears/hear of", "know", "ahead", "before", "later", "that follow", "after", "word", "sends/send", "email", "beforehand", "advising", "written word", "takes/take/taking effect", "effective"),
        Tell = Concept.Of("notif*", "tell*", "told", "write*", "writing", "letter", "message", "say/says/saying", "inform*", "know", "announc*", "declar*", "sends/send"),
        Party = Concept.Of("either party/side/of", "one party/side/of", "any party/side", "each party/side/of us", "the party", "a party", "one side", "whichever party"),
        Cure = Concept.Of("cure", "cured", "curing", "remedy", "remedied", "remedying", "remediate", "rectify", "rectified", "correct", "corrected", "put right", "make good", "made good", "fix", "uncured", "unremedied"),
        Renewal = Concept.Of("renew", "renewal", "renews", "renewed", "non renewal", "extension", "extend", "extended", "roll over", "successive"),
        Lapse = Concept.Of("after", "following", "first", "initial", "expiry of", "completed", "elapsed", "period of", "at least ..8 have", "until", "before", "during", "term of", "more than"),
        OtherDeadline = Concept.Of(
            "prices", "defect/defects", "maintenance", "pay", "payment", "invoice", "invoices", "payable", "return", "returned", "delete", "deleted", "refund", "confidentiality", "confidential", "handover", "transition", "vacate", "settle", "audit", "overdue", "unpaid"),
        ThatNotice = Concept.Of("such notice", "the notice", "that notice", "notice period", "notice must", "notice shall", "notice of termination", "termination notice", "period of notice", "this right", "that right", "such termination", "to do so", "in that case", "in such case", "party leaving", "party wishing", "terminating party", "all that is required", "only"),
    };
}
