import Testing

@Suite struct ClauseFaultTests {
    @Test func `an executed clause without a working part is refused`() {
        let errors = SampleCharter.errors(
            (
                "D-005: {title: {zh-Hans: 礼貌待客, en: Be polite}, kind: conduct, status: shown}",
                "D-005: {title: {zh-Hans: 礼貌待客, en: Be polite}, kind: conduct, status: executed}"
            ))
        #expect(
            errors == [
                "shop.yaml:100:3: error: clauses.D-005: found status executed and no working part, expected "
                    + "when with oblige or notify, cadence with oblige, does, or another part of the file whose "
                    + "clause: names D-005"
            ])
    }

    @Test func `when alone does not execute a clause`() {
        let errors = SampleCharter.errors(
            ("    oblige: {post: assistant, to: remind, within: {before: promised, days: 3}, form: reply}\n", ""),
            ("    notify: [manager]\n", ""))
        #expect(
            errors == [
                "shop.yaml:86:3: error: clauses.D-002: found only when, expected oblige or notify beside when"
            ])
    }

    @Test func `a cadence alone does not execute a clause`() {
        let errors = SampleCharter.errors(("    oblige: {post: manager, to: count_stock, within: same_day}\n", ""))
        #expect(
            errors == [
                "shop.yaml:104:3: error: clauses.D-009: found only cadence, expected oblige beside cadence"
            ])
    }

    @Test func `a duty alone does not execute a clause`() {
        let errors = SampleCharter.errors(
            ("    cadence: {on: {month_day: [06-30, 12-31]}, each: organisation}\n", ""))
        #expect(
            errors == [
                "shop.yaml:104:3: error: clauses.D-009: found only oblige, expected when or cadence beside "
                    + "oblige"
            ])
    }

    @Test func `a planned clause has no working part`() {
        let errors = SampleCharter.errors(("status: planned}", "status: planned, does: escalation}"))
        #expect(
            errors == [
                "shop.yaml:103:84: error: clauses.D-008.does: found \"does\", expected only title, kind and "
                    + "note with status planned"
            ])
    }

    @Test func `a shown clause has no working part`() {
        let errors = SampleCharter.errors(("status: shown}", "status: shown, when: site.opened, notify: manager}"))
        #expect(
            errors == [
                "shop.yaml:100:80: error: clauses.D-005.when: found \"when\", expected only title, kind and "
                    + "note with status shown",
                "shop.yaml:100:99: error: clauses.D-005.notify: found \"notify\", expected only title, kind "
                    + "and note with status shown",
            ])
    }

    @Test func `a clause opens by an event or by the calendar, not both`() {
        let errors = SampleCharter.errors(
            ("    cadence: {every: 1w", "    when: site.closed\n    cadence: {every: 1w"))
        #expect(
            errors == [
                "shop.yaml:99:5: error: clauses.D-004.cadence: found \"cadence\", expected either when or "
                    + "cadence"
            ])
    }

    @Test func `where stands beside when`() {
        let errors = SampleCharter.errors(
            ("    cadence: {every: 1w", "    where: {site: a}\n    cadence: {every: 1w"))
        #expect(
            errors == [
                "shop.yaml:98:5: error: clauses.D-004.where: found \"where\", expected where only beside when"
            ])
    }

    @Test func `counts_in stands beside oblige`() {
        let errors = SampleCharter.errors(
            ("status: executed, does: [case_archive]", "status: executed, does: [case_archive], counts_in: timeliness"))
        #expect(
            errors == [
                "shop.yaml:102:114: error: clauses.D-007.counts_in: found \"counts_in\", expected counts_in "
                    + "only beside oblige"
            ])
    }

    @Test func `a form stands beside no event that discharges the duty`() {
        let errors = SampleCharter.errors(
            ("met_by: complaint.responded", "form: reply, met_by: complaint.responded"))
        #expect(
            errors == [
                "shop.yaml:83:57: error: clauses.D-001.oblige.form: found \"form\", expected no form beside "
                    + "met_by, for the event brings its own"
            ])
    }

    @Test func `a deadline is a word of the language`() {
        let errors = SampleCharter.errors(("within: same_day", "within: sameday"))
        #expect(
            errors == [
                "shop.yaml:109:54: error: clauses.D-009.oblige.within: found \"sameday\", expected a deadline "
                    + "such as 24h, 3d, 1w, 1mo, 2wd, 4wh, same_day, next_day, friday, last_day_of_month, "
                    + "{day_of_month: 26} or {before: FIELD, days: 3}; did you mean \"same_day\"?"
            ])
    }

    @Test func `a deadline of an unknown unit is reported`() {
        let errors = SampleCharter.errors(("within: 24h", "within: 24hours"))
        #expect(
            errors == [
                "shop.yaml:83:52: error: clauses.D-001.oblige.within: found \"24hours\", expected a deadline "
                    + "such as 24h, 3d, 1w, 1mo, 2wd, 4wh, same_day, next_day, friday, last_day_of_month, "
                    + "{day_of_month: 26} or {before: FIELD, days: 3}"
            ])
    }

    @Test func `a verb is snake_case`() {
        let errors = SampleCharter.errors(("to: respond,", "to: Respond!,"))
        #expect(
            errors == [
                "shop.yaml:83:35: error: clauses.D-001.oblige.to: found \"Respond!\", expected a verb such as "
                    + "follow_up"
            ])
    }

    @Test func `delays have a plus sign`() {
        let errors = SampleCharter.errors(("[+0h, +24h, +2wd]", "[0h, +24h, +2wd]"))
        #expect(
            errors == [
                "shop.yaml:84:37: error: clauses.D-001.if_late.at.0: found \"0h\", expected a delay such as "
                    + "+24h, +2d or +1wd"
            ])
    }

    @Test func `delays rise`() {
        let errors = SampleCharter.errors(("[+0h, +24h, +2wd]", "[+24h, +1d]"))
        #expect(
            errors == [
                "shop.yaml:84:43: error: clauses.D-001.if_late.at.1: found \"+1d\", expected delays that rise"
            ])
    }

    @Test func `delays are a list`() {
        let errors = SampleCharter.errors(("[+0h, +24h, +2wd]", "+24h"))
        #expect(
            errors == [
                "shop.yaml:84:36: error: clauses.D-001.if_late.at: found \"+24h\", expected a list such as "
                    + "[+0h, +24h, +2wd]"
            ])
    }

    @Test func `a cadence recurs by a span`() {
        let errors = SampleCharter.errors(("every: 1w", "every: weekly"))
        #expect(
            errors == [
                "shop.yaml:98:22: error: clauses.D-004.cadence.every: found \"weekly\", expected a span such "
                    + "as 1w, 3d, 1mo or 2wd"
            ])
    }

    @Test func `a cadence falls on a known day`() {
        let errors = SampleCharter.errors(("{on: friday", "{on: fryday"))
        #expect(
            errors == [
                "shop.yaml:93:105: error: clauses.D-003.cadence.on: found \"fryday\", expected one of monday, "
                    + "tuesday, wednesday, thursday, friday, saturday, sunday, working_day, day, last_day_of_month, "
                    + "{day_of_month: 26} or {month_day: [03-31, 06-30]}; did you mean \"friday\"?"
            ])
    }

    @Test func `a date of the year exists`() {
        let errors = SampleCharter.errors(("[06-30, 12-31]", "[06-31, 12-31]"))
        #expect(
            errors == [
                "shop.yaml:108:32: error: clauses.D-009.cadence.on.month_day.0: found \"06-31\", expected a "
                    + "date of the year such as 03-31"
            ])
    }

    @Test func `a cadence is for each of something known`() {
        let errors = SampleCharter.errors(("each: unit", "each: units"))
        #expect(
            errors == [
                "shop.yaml:93:119: error: clauses.D-003.cadence.each: found \"units\", expected one of unit, "
                    + "holder, organisation; did you mean \"unit\"?"
            ])
    }

    @Test func `a clause number has its shape`() {
        let errors = SampleCharter.errors(("D-005: {title", "D005: {title"))
        #expect(
            errors == [
                "shop.yaml:100:3: error: clauses.D005: found \"D005\", expected a clause number such as D-105"
            ])
    }

    @Test func `rungs count from one without a gap`() {
        let errors = SampleCharter.errors(("      2: {probation: {ext", "      4: {probation: {ext"))
        #expect(
            errors == [
                "shop.yaml:118:7: error: ladders.negligence.rungs.4: found \"4\", expected the rung 2"
            ])
    }

    @Test func `a rung has one sanction for each`() {
        let errors = SampleCharter.errors(("{fine: 500.00}}", "{fine: 500.00, dismiss: true}}"))
        #expect(
            errors == [
                "shop.yaml:117:62: error: ladders.negligence.rungs.1.regular: found \"fine, dismiss\", "
                    + "expected one of fine, withhold, dismiss"
            ])
    }

    @Test func `only probation can be extended`() {
        let errors = SampleCharter.errors(
            ("regular: {withhold: performance_pay}", "regular: {extend_probation: 1mo}"))
        #expect(
            errors == [
                "shop.yaml:118:57: error: ladders.negligence.rungs.2.regular.extend_probation: found "
                    + "\"extend_probation\", expected one of the keys fine, withhold, dismiss"
            ])
    }

    @Test func `a fine is yuan with at most two decimals`() {
        let errors = SampleCharter.errors(("fine: 500.00", "fine: 500.001"))
        #expect(
            errors == [
                "shop.yaml:117:69: error: ladders.negligence.rungs.1.regular.fine: found \"500.001\", expected "
                    + "yuan such as 200.00"
            ])
    }

    @Test func `a range of fines rises`() {
        let errors = SampleCharter.errors(("to: 1000.00", "to: 100.00"))
        #expect(
            errors == [
                "shop.yaml:112:79: error: offences.C.fine.to: found \"100.00\", expected 200.00 yuan or more"
            ])
    }
}
