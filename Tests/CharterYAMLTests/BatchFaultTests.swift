import Testing

/// `batch`.
struct BatchFaultTests {
    private static func errors(_ batch: String) -> [String] {
        SampleCharter.errors(("    reference: TS\n", "    reference: TS\n    batch: \(batch)\n"))
    }

    @Test func `a choice field, days and customers make one`() {
        #expect(Self.errors("{by: channel, days: 30, from: 3, clause: D-007}") == [])
    }

    @Test(arguments: [
        ("{by: chanel, days: 30, from: 3}", "channel"), ("{by: customer, days: 30, from: 3}", "choice field"),
        ("{by: channel, days: 0, from: 3}", "days"), ("{by: channel, days: 30, from: 1}", "from"),
        ("{by: channel, days: 30}", "from"), ("{by: channel, days: 30, from: 3, clause: D-999}", "D-999"),
        ("{by: channel, days: 30, from: 3, post: manager}", "post"),
    ])
    func `each mistake names its place`(batch: String, found: String) {
        let errors = Self.errors(batch)
        #expect(errors.count == 1 && errors[0].contains(found), "\(errors)")
    }
}
