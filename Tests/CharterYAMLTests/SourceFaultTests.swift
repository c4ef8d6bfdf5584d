import Testing

@Suite struct SourceFaultTests {
    @Test func `a tab is reported with its line`() {
        let errors = SampleCharter.errors(("  reports_to", "\treports_to"))
        #expect(
            errors == [
                "shop.yaml:21:3: error: found a tab, expected spaces"
            ])
    }

    @Test func `a tab between key and value is reported beside other faults`() {
        let errors = SampleCharter.errors(("language: 1", "language:\t2"))
        #expect(
            errors == [
                "shop.yaml:2:10: error: found a tab, expected spaces",
                "shop.yaml:2:11: error: language: found \"2\", expected the number 1",
            ])
    }

    @Test func `an anchor and an alias are not part of the language`() {
        let errors = SampleCharter.errors(
            ("kind: conduct", "kind: &kind conduct"),
            ("kind: sanction", "kind: *kind"))
        #expect(
            errors == [
                "shop.yaml:100:56: error: found an anchor, expected each thing written out, or text in quotes",
                "shop.yaml:103:57: error: found an alias, expected each thing written out, or text in quotes",
            ])
    }

    @Test func `an asterisk or ampersand in quotes or inside a text is only text`() {
        let errors = SampleCharter.errors(
            ("en: Be polite", "en: 'Be *polite* & kind'"),
            ("en: Register complaints", "en: Register & file *all*"))
        #expect(errors.isEmpty)
    }

    @Test func `a type tag is not part of the language`() {
        let errors = SampleCharter.errors(("version: 2", "version: !!int 2"))
        #expect(
            errors == [
                "shop.yaml:4:10: error: found a tag, expected plain text; the language types it"
            ])
    }

    @Test func `a key written twice is reported at the second place`() {
        let errors = SampleCharter.errors(
            (
                "    kind: cadence\n    status: executed\n    cadence: {every",
                "    kind: cadence\n    kind: cadence\n    status: executed\n    cadence: {every"
            ))
        #expect(
            errors == [
                "shop.yaml:97:5: error: clauses.D-004.kind: found \"kind\" a second time (first on line 96), "
                    + "expected each key once"
            ])
    }

    @Test func `a clause written twice is checked both times`() {
        let errors = SampleCharter.errors(
            (
                "  D-004:\n",
                "  D-004: {title: {zh-Hans: 早, en: Early}, kind: deadlin, status: executed, when: complaint.recieved, "
                    + "oblige: {post: cleark, to: call, within: 2d}}\n  D-004:\n"
            ))
        #expect(errors.contains { $0.contains("a second time") }, "\(errors)")
        for word in ["\"deadlin\"", "\"complaint.recieved\"", "\"cleark\""] {
            #expect(errors.contains { $0.contains(word) && $0.contains("clauses.D-004") }, "\(word): \(errors)")
        }
    }

    @Test func `a key of the language written twice is checked both times`() {
        let errors = SampleCharter.errors(("    kind: cadence\n", "    kind: cadense\n    kind: cadence\n"))
        #expect(errors.contains { $0.contains("a second time") }, "\(errors)")
        #expect(errors.contains { $0.contains("\"cadense\"") }, "\(errors)")
        let turned = SampleCharter.errors(("    kind: cadence\n", "    kind: cadence\n    kind: cadense\n"))
        #expect(turned.contains { $0.contains("\"cadense\"") }, "\(turned)")
    }

    @Test func `every key written twice is reported, and other faults too`() {
        let errors = SampleCharter.errors(
            ("version: 2", "version: 2\nversion: 0"),
            ("kind: conduct", "kind: conduct, kind: konduct"))
        #expect(
            errors == [
                "shop.yaml:5:1: error: version: found \"version\" a second time (first on line 4), expected "
                    + "each key once",
                "shop.yaml:5:10: error: version: found \"0\", expected a whole number from 1 to 999999",
                "shop.yaml:101:65: error: clauses.D-005.kind: found \"kind\" a second time (first on line "
                    + "101), expected each key once",
                "shop.yaml:101:71: error: clauses.D-005.kind: found \"konduct\", expected one of approval, "
                    + "cadence, calculation, channel, conduct, deadline, kpi, notification, record, report, reward, "
                    + "right, role, sanction, system, target, threshold, training, workflow; did you mean \"conduct\"?",
            ])
    }

    @Test func `a second document is refused`() {
        let errors = SampleCharter.errors(("chapters:", "---\nchapters:"))
        #expect(
            errors == [
                "shop.yaml:12:1: error: found a second document, expected one document in a file"
            ])
    }

    @Test func `an open quote is reported where the reader gives up`() {
        let errors = SampleCharter.errors(("10:00-16:00\"", "10:00-16:00"))
        #expect(
            errors == [
                "shop.yaml:11:21: error: found unreadable YAML (found unexpected end of stream; it began on "
                    + "line 8), expected readable YAML; every quote and bracket is closed"
            ])
    }

    @Test func `a colon in unquoted text is explained`() {
        let errors = SampleCharter.errors(("language: 1", "language: 1: 2"))
        #expect(
            errors == [
                "shop.yaml:2:12: error: found unreadable YAML (mapping values are not allowed in this "
                    + "context), expected readable YAML; text with a colon and a space in it stands in quotes, and "
                    + "keys of one map in one column"
            ])
    }

    @Test func `two unreadable sections are both reported`() {
        let errors = SampleCharter.errors(
            ("target: 95%, clause: D-006}", "target: 95%, clause: D-006"),
            ("site.closed: {title", "site.closed: title: {title"))
        #expect(
            errors == [
                "shop.yaml:25:1: error: found unreadable YAML (did not find expected ',' or '}'; it began on "
                    + "line 24), expected readable YAML; every bracket is closed, and text with , [ ] { } in it "
                    + "stands in quotes",
                "shop.yaml:50:21: error: found unreadable YAML (mapping values are not allowed in this "
                    + "context), expected readable YAML; text with a colon and a space in it stands in quotes, and "
                    + "keys of one map in one column",
            ])
    }

    @Test func `a control character is refused`() {
        let errors = SampleCharter.errors(("kind: conduct", "kind: con\u{7}duct"))
        #expect(
            errors == [
                "shop.yaml:100:59: error: found a control character, expected plain text"
            ])
    }

    @Test func `nesting without end is refused`() {
        let errors = SampleCharter.errors(
            (
                "version: 2",
                "version: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
            ))
        #expect(
            errors == [
                "shop.yaml:4:50: error: found too many levels, expected at most 40 levels"
            ])
    }

    @Test func `a list as a key is refused`() {
        let errors = SampleCharter.errors(("version: 2", "version: 2\n[a, b]: 3"))
        #expect(
            errors == [
                "shop.yaml:5:1: error: found a list or map as a key, expected a word as a key"
            ])
    }
}
