import Testing

@Suite struct ReferenceFaultTests {
    @Test func `an unknown post is reported with the nearest`() {
        let errors = SampleCharter.errors(
            ("oblige: {post: assistant, to: respond", "oblige: {post: asistant, to: respond"))
        #expect(
            errors == [
                "shop.yaml:83:20: error: clauses.D-001.oblige.post: found \"asistant\", expected a post; did "
                    + "you mean \"assistant\"?"
            ])
    }

    @Test func `an unknown superior is reported`() {
        let errors = SampleCharter.errors(("reports_to: manager", "reports_to: boss"))
        #expect(
            errors == [
                "shop.yaml:21:17: error: posts.assistant.reports_to: found \"boss\", expected a post"
            ])
    }

    @Test func `an unknown form is reported with the nearest`() {
        let errors = SampleCharter.errors(("form: reply\n", "form: repli\n"))
        #expect(
            errors == [
                "shop.yaml:65:19: error: workflows.complaint.states.received.moves.respond.form: found "
                    + "\"repli\", expected a form; did you mean \"reply\"?"
            ])
    }

    @Test func `an unknown event is reported with the nearest`() {
        let errors = SampleCharter.errors(
            ("when: complaint.received\n    where", "when: complaint.recieved\n    where"))
        #expect(
            errors == [
                "shop.yaml:81:11: error: clauses.D-001.when: found \"complaint.recieved\", expected an event; "
                    + "did you mean \"complaint.received\"?"
            ])
    }

    @Test func `an unknown event that would discharge a duty is reported`() {
        let errors = SampleCharter.errors(("met_by: complaint.responded", "met_by: complaint.answered"))
        #expect(
            errors == [
                "shop.yaml:83:65: error: clauses.D-001.oblige.met_by: found \"complaint.answered\", expected "
                    + "an event"
            ])
    }

    @Test func `an unknown event that would void a duty is reported`() {
        let errors = SampleCharter.errors(("void_by: [complaint.closed]", "void_by: [complaint.close]"))
        #expect(
            errors == [
                "shop.yaml:83:96: error: clauses.D-001.oblige.void_by.0: found \"complaint.close\", expected "
                    + "an event; did you mean \"complaint.closed\"?"
            ])
    }

    @Test func `an unknown anchor of a cadence is reported`() {
        let errors = SampleCharter.errors(("from: site.opened", "from: site.open"))
        #expect(
            errors == [
                "shop.yaml:98:32: error: clauses.D-004.cadence.from: found \"site.open\", expected an event; "
                    + "did you mean \"site.opened\"?"
            ])
    }

    @Test func `an unknown metric is reported with the nearest`() {
        let errors = SampleCharter.errors(("counts_in: timeliness", "counts_in: timelines"))
        #expect(
            errors == [
                "shop.yaml:85:16: error: clauses.D-001.counts_in: found \"timelines\", expected a metric; did "
                    + "you mean \"timeliness\"?"
            ])
    }

    @Test func `an unknown clause is reported with the nearest`() {
        let errors = SampleCharter.errors(("clause: D-004", "clause: D-0004"))
        #expect(
            errors == [
                "shop.yaml:47:13: error: facts.site.opened.clause: found \"D-0004\", expected a clause; did "
                    + "you mean \"D-004\"?"
            ])
    }

    @Test func `an unknown ladder is reported with the nearest`() {
        let errors = SampleCharter.errors(("ladder: negligence", "ladder: negligance"))
        #expect(
            errors == [
                "shop.yaml:111:92: error: offences.A1.ladder: found \"negligance\", expected a ladder; did you "
                    + "mean \"negligence\"?"
            ])
    }

    @Test func `an unknown post of an offence is reported`() {
        let errors = SampleCharter.errors(("posts: [assistant]", "posts: [asistant]"))
        #expect(
            errors == [
                "shop.yaml:111:72: error: offences.A1.posts.0: found \"asistant\", expected a post; did you "
                    + "mean \"assistant\"?"
            ])
    }

    @Test func `an unknown effect is reported with the nearest`() {
        let errors = SampleCharter.errors(("case_archive", "case_archives"))
        #expect(
            errors == [
                "shop.yaml:102:99: error: clauses.D-007.does.0: found \"case_archives\", expected one of "
                    + "file_completeness, customer_search, customer_archive, reveal_log, access_rules, one_timeline, "
                    + "workload_balance, escalation, adherence, organisation_tree, duty_list, procedure_shown, "
                    + "steps_enforced, history_first, case_archive, complaint_statistics, phrase_guard, due_process, "
                    + "signatures, knowledge_base, notice_board; did you mean \"case_archive\"?"
            ])
    }

    @Test func `a field that the opening event lacks is reported`() {
        let errors = SampleCharter.errors(("where: {channel:", "where: {chanel:"))
        #expect(
            errors == [
                "shop.yaml:82:13: error: clauses.D-001.where.chanel: found \"chanel\", expected a field of "
                    + "complaint.received; did you mean \"channel\"?"
            ])
    }

    @Test func `a value that the choice lacks is reported`() {
        let errors = SampleCharter.errors(("[store, phone]", "[store, fone]"))
        #expect(
            errors == [
                "shop.yaml:82:30: error: clauses.D-001.where.channel.1: found \"fone\", expected a choice of "
                    + "channel"
            ])
    }

    @Test func `a flag is matched by true or false`() {
        let errors = SampleCharter.errors(("urgent: true}", "urgent: no}"))
        #expect(
            errors == [
                "shop.yaml:82:46: error: clauses.D-001.where.urgent: found \"no\", expected true or false; did "
                    + "you mean \"false\"?"
            ])
    }

    @Test func `free text is not matched`() {
        let errors = SampleCharter.errors(("urgent: true}", "content: help}"))
        #expect(
            errors == [
                "shop.yaml:82:38: error: clauses.D-001.where.content: found \"content\" of type text, expected "
                    + "a field of type choice, flag, number or post"
            ])
    }

    @Test func `a deadline before a field needs a date of the event`() {
        let errors = SampleCharter.errors(("before: promised", "before: promise"))
        #expect(
            errors == [
                "shop.yaml:92:60: error: clauses.D-002.oblige.within.before: found \"promise\", expected a "
                    + "required date field of complaint.received; did you mean \"promised\"?"
            ])
    }

    @Test func `a deadline before a field needs a required date`() {
        let errors = SampleCharter.errors(("promised: {type: date, required: true,", "promised: {type: date,"))
        #expect(
            errors == [
                "shop.yaml:92:60: error: clauses.D-002.oblige.within.before: found \"promised\", expected a "
                    + "required date field of complaint.received"
            ])
    }

    @Test func `a deadline before a field needs an event`() {
        let errors = SampleCharter.errors(("within: friday}", "within: {before: promised, days: 1}}"))
        #expect(
            errors == [
                "shop.yaml:93:191: error: clauses.D-003.oblige.within.before: found \"promised\", expected a "
                    + "deadline that needs no event"
            ])
    }

    @Test func `posts that report to each other run in a circle`() {
        let errors = SampleCharter.errors(
            ("may: {customers.read: all, cases.read: subtree}", "reports_to: assistant"))
        #expect(
            errors == [
                "shop.yaml:18:17: error: posts.manager.reports_to: found the circle manager → assistant → "
                    + "manager, expected a superior outside the circle"
            ])
    }

    @Test func `a post that reports to itself runs in a circle`() {
        let errors = SampleCharter.errors(("reports_to: manager", "reports_to: assistant"))
        #expect(
            errors == [
                "shop.yaml:21:17: error: posts.assistant.reports_to: found the circle assistant → assistant, "
                    + "expected a superior outside the circle"
            ])
    }

    @Test func `a post named twice in a list is reported`() {
        let errors = SampleCharter.errors(("by: [assistant, manager]", "by: [manager, manager]"))
        #expect(
            errors == [
                "shop.yaml:71:27: error: workflows.complaint.states.received.moves.close.by.1: found "
                    + "\"manager\", expected each word once"
            ])
    }

    @Test func `a chapter begins at a clause`() {
        let errors = SampleCharter.errors(("from: D-004", "from: D-044"))
        #expect(
            errors == [
                "shop.yaml:14:51: error: chapters.D.2.from: found \"D-044\", expected a clause; did you mean "
                    + "\"D-004\"?"
            ])
    }

    @Test func `chapters begin at rising clauses`() {
        let errors = SampleCharter.errors(("from: D-001}", "from: D-005}"))
        #expect(
            errors == [
                "shop.yaml:14:51: error: chapters.D.2.from: found \"D-004\", expected a clause after the one "
                    + "of the chapter before"
            ])
    }
}
