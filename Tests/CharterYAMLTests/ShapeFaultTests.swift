import Testing

@Suite struct ShapeFaultTests {
    @Test func `an unknown key is reported with the nearest one`() {
        let errors = SampleCharter.errors(("reports_to: manager", "report_to: manager"))
        #expect(
            errors == [
                "shop.yaml:21:5: error: posts.assistant.report_to: found \"report_to\", expected one of the "
                    + "keys title, reports_to, may, clause; did you mean \"reports_to\"?"
            ])
    }

    @Test func `an unknown section is reported with the nearest one`() {
        let errors = SampleCharter.errors(("metrics:", "metrix:"))
        #expect(
            errors == [
                "shop.yaml:23:1: error: metrix: found \"metrix\", expected one of the keys charter, language, "
                    + "title, version, effective, calendar, chapters, posts, metrics, forms, facts, workflows, "
                    + "clauses, offences, ladders, phrases, membership, law; did you mean \"metrics\"?"
            ])
    }

    @Test func `a word far from all others gets no suggestion`() {
        let errors = SampleCharter.errors(("kind: conduct", "kind: xylophone"))
        #expect(
            errors == [
                "shop.yaml:100:56: error: clauses.D-005.kind: found \"xylophone\", expected one of approval, "
                    + "cadence, calculation, channel, conduct, deadline, kpi, notification, record, report, reward, "
                    + "right, role, sanction, system, target, threshold, training, workflow"
            ])
    }

    @Test func `a missing key is reported at its map`() {
        let errors = SampleCharter.errors(("    title: {zh-Hans: 客服部助理, en: Assistant}\n", ""))
        #expect(
            errors == [
                "shop.yaml:20:5: error: posts.assistant: found no \"title\", expected the key \"title\""
            ])
    }

    @Test func `a misspelt section is reported without a fault for each mention`() {
        let errors = SampleCharter.errors(("posts:\n", "post:\n"))
        #expect(
            errors == [
                "shop.yaml:1:1: error: found no \"posts\", expected the key \"posts\"",
                "shop.yaml:15:1: error: post: found \"post\", expected one of the keys charter, language, "
                    + "title, version, effective, calendar, chapters, posts, metrics, forms, facts, workflows, "
                    + "clauses, offences, ladders, phrases, membership, law; did you mean \"posts\"?",
            ])
    }

    @Test func `a text where a map belongs is reported`() {
        let errors = SampleCharter.errors(("title: {zh-Hans: 答复, en: Reply}", "title: Reply"))
        #expect(
            errors == [
                "shop.yaml:40:12: error: forms.reply.title: found \"Reply\", expected a title such as "
                    + "{zh-Hans: …, en: …}"
            ])
    }

    @Test func `a map where a word belongs is reported`() {
        let errors = SampleCharter.errors(("per: month", "per: {month: 1}"))
        #expect(
            errors == [
                "shop.yaml:115:10: error: ladders.negligence.per: found a map, expected one of month, year"
            ])
    }

    @Test func `an empty value is reported as nothing`() {
        let errors = SampleCharter.errors(("per: month", "per:"))
        #expect(
            errors == [
                "shop.yaml:115:9: error: ladders.negligence.per: found nothing, expected one of month, year"
            ])
    }

    @Test func `yes is not true`() {
        let errors = SampleCharter.errors(("required: true", "required: yes"))
        #expect(
            errors == [
                "shop.yaml:30:44: error: forms.registration.fields.customer.required: found \"yes\", expected "
                    + "true or false; did you mean \"true\"?"
            ])
    }

    @Test func `a bound of time is now, and stands at dates and times`() {
        #expect(
            SampleCharter.errors(("promised: {type: date,", "promised: {type: date, not_after: today,")) == [
                "shop.yaml:37:41: error: forms.registration.fields.promised.not_after: found \"today\", expected now"
            ])
        #expect(
            SampleCharter.errors(("urgent: {type: flag,", "urgent: {type: flag, not_after: now,")) == [
                "shop.yaml:36:28: error: forms.registration.fields.urgent.not_after: found \"not_after\", expected "
                    + "one of the keys type, required, title, clause, required_when"
            ])
        #expect(SampleCharter.errors(("promised: {type: date,", "promised: {type: date, not_after: now,")) == [])
    }

    @Test func `a key of our own making is snake_case`() {
        let errors = SampleCharter.errors(("respond:\n", "Respond-now:\n"))
        #expect(
            errors == [
                "shop.yaml:62:11: error: workflows.complaint.states.received.moves.Respond-now: found "
                    + "\"Respond-now\", expected a key in snake_case; did you mean \"respond_now\"?",
                "shop.yaml:73:21: error: workflows.complaint.states.received.moves.close.after.0: found "
                    + "\"respond\", expected another move of the workflow",
            ])
    }

    @Test func `a title without Simplified Chinese is refused`() {
        let errors = SampleCharter.errors(("{zh-Hans: 答复, en: Reply}", "{en: Reply}"))
        #expect(
            errors == [
                "shop.yaml:40:12: error: forms.reply.title: found no \"zh-Hans\", expected the key \"zh-Hans\""
            ])
    }

    @Test func `a title of more than 40 Chinese characters is refused`() {
        let errors = SampleCharter.errors(("zh-Hans: 答复", "zh-Hans: 答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答答"))
        #expect(
            errors == [
                "shop.yaml:40:22: error: forms.reply.title.zh-Hans: found 41 characters, expected one line of "
                    + "at most 40 characters"
            ])
    }

    @Test func `a title of more than 90 English characters is refused`() {
        let errors = SampleCharter.errors(
            (
                "en: Reply",
                "en: rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"
            ))
        #expect(
            errors == [
                "shop.yaml:40:30: error: forms.reply.title.en: found 91 characters, expected one line of at "
                    + "most 90 characters"
            ])
    }

    @Test func `a title of two lines is refused`() {
        let errors = SampleCharter.errors(("en: Reply", "en: \"Re\\nply\""))
        #expect(
            errors == [
                "shop.yaml:40:30: error: forms.reply.title.en: found \"Re⏎ply\", expected one line of at most "
                    + "90 characters"
            ])
    }

    @Test func `a name that is no slug is refused`() {
        let errors = SampleCharter.errors(("charter: corner-shop", "charter: Corner Shop"))
        #expect(
            errors == [
                "shop.yaml:1:10: error: charter: found \"Corner Shop\", expected a slug such as "
                    + "design-renovation"
            ])
    }

    @Test func `another version of the language is refused`() {
        let errors = SampleCharter.errors(("language: 1", "language: 2"))
        #expect(
            errors == [
                "shop.yaml:2:11: error: language: found \"2\", expected the number 1"
            ])
    }

    @Test func `a charter's version counts from one`() {
        let errors = SampleCharter.errors(("version: 2", "version: 0"))
        #expect(
            errors == [
                "shop.yaml:4:10: error: version: found \"0\", expected a whole number from 1 to 999999"
            ])
    }

    @Test func `a day that does not exist is refused`() {
        let errors = SampleCharter.errors(("effective: 2025-07-01", "effective: 2025-02-30"))
        #expect(
            errors == [
                "shop.yaml:5:12: error: effective: found \"2025-02-30\", expected a date such as 2026-01-31"
            ])
    }

    @Test func `an unknown field type is reported with the nearest`() {
        let errors = SampleCharter.errors(("type: line", "type: lines"))
        #expect(
            errors == [
                "shop.yaml:49:20: error: facts.site.opened.fields.site.type: found \"lines\", expected one of "
                    + "text, line, choice, flag, number, money, date, time, customer, staff, post, unit, case, "
                    + "offence, signature, table, files; did you mean \"line\"?"
            ])
    }

    @Test func `a key that the field's type does not know is refused`() {
        let errors = SampleCharter.errors(("{type: flag,", "{type: flag, max: 3,"))
        #expect(
            errors == [
                "shop.yaml:36:28: error: forms.registration.fields.urgent.max: found \"max\", expected one of "
                    + "the keys type, required, title, clause, required_when"
            ])
    }

    @Test func `a choice without choices is refused`() {
        let errors = SampleCharter.errors(
            ("of: {store: {zh-Hans: 到店, en: In store, clause: D-007}, phone: {zh-Hans: 电话, en: Phone}}", "of: {}"))
        #expect(
            errors == [
                "shop.yaml:35:13: error: forms.registration.fields.channel.of: found nothing, expected one "
                    + "choice at least",
                "shop.yaml:82:23: error: clauses.D-001.where.channel.0: found \"store\", expected a choice of "
                    + "channel",
                "shop.yaml:82:30: error: clauses.D-001.where.channel.1: found \"phone\", expected a choice of "
                    + "channel",
            ])
    }

    @Test func `the least of a number is not above its most`() {
        let errors = SampleCharter.errors(("min: 1, max: 10", "min: 11, max: 10"))
        #expect(
            errors == [
                "shop.yaml:42:43: error: forms.reply.fields.score.max: found \"10\", expected a whole number "
                    + "from 11 to 1000000000000"
            ])
    }

    @Test func `a fact is not about a case`() {
        let errors = SampleCharter.errors(
            ("subject: customer\n    clause: D-004", "subject: case\n    clause: D-004"))
        #expect(
            errors == [
                "shop.yaml:46:14: error: facts.site.opened.subject: found \"case\", expected one of customer, "
                    + "staff, unit, organisation"
            ])
    }

    @Test func `an event has two words`() {
        let errors = SampleCharter.errors(("site.closed: {", "siteclosed: {"), (", until: site.closed", ""))
        #expect(
            errors == [
                "shop.yaml:50:3: error: facts.siteclosed: found \"siteclosed\", expected an event such as "
                    + "complaint.received"
            ])
    }

    @Test func `a permission has a known action and scope`() {
        let errors = SampleCharter.errors(("customers.read: all", "customer.read: everything"))
        #expect(
            errors == [
                "shop.yaml:18:11: error: posts.manager.may.customer.read: found \"customer.read\", expected "
                    + "one of customers.read, customers.write, customers.reveal, customers.import, customers.export, "
                    + "cases.read, cases.act, obligations.read, obligations.waive, charter.read, charter.adopt, "
                    + "people.read, people.manage, facts.record, members.read, members.act, members.restore, "
                    + "activities.manage; did you mean \"customers.read\"?",
                "shop.yaml:18:26: error: posts.manager.may.customer.read: found \"everything\", expected one "
                    + "of own, unit, subtree, all",
            ])
    }

    @Test func `a target is a share`() {
        let errors = SampleCharter.errors(("target: 95%", "target: 950%"))
        #expect(
            errors == [
                "shop.yaml:24:60: error: metrics.timeliness.target: found \"950%\", expected a share such as "
                    + "95%, from 0 to 100%"
            ])
    }
}
