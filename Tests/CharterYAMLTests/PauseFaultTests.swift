import Testing

/// `pausable` and `resumed_by`.
@Suite struct PauseFaultTests {
    private static let duty = "oblige: {post: assistant, to: remind, within: {before: promised, days: 3}, form: reply}"

    @Test func `what may wait says so, and by which events it goes on`() {
        #expect(
            SampleCharter.errors(
                (
                    Self.duty,
                    "oblige: {post: assistant, to: remind, within: {before: promised, days: 3}, form: reply, pausable: true, resumed_by: site.opened}"
                )) == [])
    }

    @Test func `resumed_by without pausable, a word that is no flag and an unknown event are mistakes`() {
        for (text, found) in [
            ("resumed_by: site.opened}", "resumed_by only beside pausable: true"),
            ("pausable: false, resumed_by: site.opened}", "resumed_by only beside pausable: true"),
            ("pausable: yes}", "expected true or false"), ("pausable: true, resumed_by: site.opend}", "site.opened"),
        ] {
            let errors = SampleCharter.errors((Self.duty, String(Self.duty.dropLast()) + ", " + text))
            #expect(errors.count == 1 && errors[0].contains(found), "\(text): \(errors)")
        }
    }
}
