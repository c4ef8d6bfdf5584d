import Testing

@Suite struct WorkflowFaultTests {
    @Test func `a move to an unknown state is reported with the nearest`() {
        let errors = SampleCharter.errors(("to: closed\n", "to: close\n"))
        #expect(
            errors == [
                "shop.yaml:72:17: error: workflows.complaint.states.received.moves.close.to: found \"close\", "
                    + "expected a state of complaint; did you mean \"closed\"?",
                "shop.yaml:74:7: error: workflows.complaint.states.closed: found the state \"closed\" that no "
                    + "move reaches, expected a move to it from a state that is reached",
            ])
    }

    @Test func `a start in an unknown state is reported`() {
        let errors = SampleCharter.errors(("to: received}", "to: recieved}"))
        #expect(
            errors == [
                "shop.yaml:57:54: error: workflows.complaint.start.to: found \"recieved\", expected a state of "
                    + "complaint; did you mean \"received\"?"
            ])
    }

    @Test func `a state that no move reaches is reported`() {
        let errors = SampleCharter.errors(
            (
                "      closed: {title: {zh-Hans: 已结案",
                "      lost: {title: {zh-Hans: 丢失}, final: true}\n      closed: {title: {zh-Hans: 已结案"
            ))
        #expect(
            errors == [
                "shop.yaml:74:7: error: workflows.complaint.states.lost: found the state \"lost\" that no move "
                    + "reaches, expected a move to it from a state that is reached"
            ])
    }

    @Test func `a state without a way on is reported`() {
        let errors = SampleCharter.errors((", final: true}", "}"))
        #expect(
            errors == [
                "shop.yaml:74:7: error: workflows.complaint.states.closed: found the state \"closed\" without "
                    + "a way on, expected a move to another state, or final: true"
            ])
    }

    @Test func `a final state has no moves`() {
        let errors = SampleCharter.errors(
            (
                "        title: {zh-Hans: 已登记, en: Received}\n",
                "        title: {zh-Hans: 已登记, en: Received}\n        final: true\n"
            ))
        #expect(
            errors == [
                "shop.yaml:63:11: error: workflows.complaint.states.received.moves: found moves, expected only "
                    + "moves with reopens: true from a final state"
            ])
    }

    @Test func `after names another move`() {
        let errors = SampleCharter.errors(("after: [respond]", "after: [response]"))
        #expect(
            errors == [
                "shop.yaml:73:21: error: workflows.complaint.states.received.moves.close.after.0: found "
                    + "\"response\", expected another move of the workflow; did you mean \"respond\"?"
            ])
    }

    @Test func `a move does not wait for itself`() {
        let errors = SampleCharter.errors(("after: [respond]", "after: [close]"))
        #expect(
            errors == [
                "shop.yaml:73:21: error: workflows.complaint.states.received.moves.close.after.0: found "
                    + "\"close\", expected another move of the workflow"
            ])
    }

    @Test func `the subject is a field of the start form`() {
        let errors = SampleCharter.errors(
            ("subject: customer\n    clause: D-007", "subject: client\n    clause: D-007"))
        #expect(
            errors == [
                "shop.yaml:55:14: error: workflows.complaint.subject: found \"client\", expected a required "
                    + "field of the start form of type customer, staff or unit"
            ])
    }

    @Test func `the subject field names a customer, a staff member or a unit`() {
        let errors = SampleCharter.errors(
            ("subject: customer\n    clause: D-007", "subject: channel\n    clause: D-007"))
        #expect(
            errors == [
                "shop.yaml:55:14: error: workflows.complaint.subject: found \"channel\" of type choice, "
                    + "expected a required field of the start form of type customer, staff or unit"
            ])
    }

    @Test func `the subject field is required`() {
        let errors = SampleCharter.errors(
            ("customer: {type: customer, required: true,", "customer: {type: customer,"))
        #expect(
            errors == [
                "shop.yaml:55:14: error: workflows.complaint.subject: found \"customer\" of type customer, not "
                    + "required, expected a required field of the start form of type customer, staff or unit"
            ])
    }

    @Test func `a move does not record a fact's event`() {
        let errors = SampleCharter.errors(
            ("records: complaint.responded", "records: site.opened"),
            ("complaint.responded", "complaint.closed"))
        #expect(
            errors == [
                "shop.yaml:68:22: error: workflows.complaint.states.received.moves.respond.records: found "
                    + "\"site.opened\", expected an event that no other workflow, no fact and not the program records"
            ])
    }

    @Test func `a move does not record the program's own events`() {
        let errors = SampleCharter.errors(
            ("to: closed\n", "to: closed\n            records: customer.filed\n"),
            ("complaint.closed", "complaint.responded"))
        #expect(
            errors == [
                "shop.yaml:73:22: error: workflows.complaint.states.received.moves.close.records: found "
                    + "\"customer.filed\", expected an event that no other workflow, no fact and not the program "
                    + "records"
            ])
    }

    @Test func `a fact is not an event of the program`() {
        let errors = SampleCharter.errors(("site.closed: {", "customer.filed: {"), (", until: site.closed", ""))
        #expect(
            errors == [
                "shop.yaml:50:3: error: facts.customer.filed: found \"customer.filed\", expected an event that "
                    + "the program does not record itself"
            ])
    }

    @Test func `a case prefix is capital letters`() {
        let errors = SampleCharter.errors(("reference: TS", "reference: ts-1"))
        #expect(
            errors == [
                "shop.yaml:54:16: error: workflows.complaint.reference: found \"ts-1\", expected one to six "
                    + "capital letters"
            ])
    }
}
