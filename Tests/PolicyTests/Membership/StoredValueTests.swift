import Policy
import Primitives
import Testing

/// Stored value: what is paid in, what pays, and what comes back.
struct StoredValueTests {
    private static func rules(
        pays: StoredValue.Part = .principal, cap: Int64? = 500_000, paysOut: Bool = true
    ) -> StoredValue {
        StoredValue(
            title: LocalizedText(simplified: "充值卡", traditional: "充值卡", english: nil), clauses: ["A-69"],
            least: Ruled(yuan(100), clauses: ["A-53"]),
            bonuses: [
                StoredValue.Bonus(from: yuan(1000), gives: yuan(50), clauses: ["A-53"]),
                StoredValue.Bonus(from: yuan(3000), gives: yuan(200), clauses: ["A-53"]),
            ], pays: pays, cap: cap.map { Ruled(Money(minorUnits: $0), clauses: ["A-69"]) },
            cashless: [.company: Ruled(yuan(5000), clauses: ["A-69"])], payOut: paysOut ? ["A-69"] : nil)
    }

    private static func yuan(_ yuan: Int64) -> Money { Money(minorUnits: yuan * 100) }

    private static func account(_ lots: (String, Int64, Int64)...) -> StoredAccount {
        StoredAccount(
            lots: lots.map {
                StoredAccount.Lot(recharge: $0.0, principal: yuan($0.1), bonus: yuan($0.2), given: yuan($0.2))
            })
    }

    private static func refusals<Value>(_ act: () throws(MemberRefusals) -> Value) -> [MemberRefusal.Reason] {
        do throws(MemberRefusals) {
            _ = try act()
            return []
        } catch {
            return error.refusals.map(\.reason)
        }
    }

    @Test(arguments: [(999, 0), (1000, 50), (2999, 50), (3000, 200)] as [(Int64, Int64)])
    func `A-53: the bonus of the step that a recharge reaches`(paid: Int64, bonus: Int64) throws {
        let done = try Self.rules().recharge(Self.yuan(paid), paid: .cash, by: .person, to: StoredAccount())
        #expect(done.bonus == Self.yuan(bonus))
        #expect(done.why.map(\.clause) == ["A-53", "A-69"])
    }

    @Test func `A-69: a recharge below the least, above the cap or in cash from a company is refused`() throws {
        let rules = Self.rules()
        let full = Self.account(("R1", 4000, 0))
        func why(_ amount: Money, _ payer: StoredValue.Payer, _ account: StoredAccount) -> [MemberRefusal.Reason] {
            Self.refusals { () throws(MemberRefusals) in
                try rules.recharge(amount, paid: .cash, by: payer, to: account)
            }
        }
        #expect(why(Self.yuan(100), .person, StoredAccount()) == [])
        #expect(
            why(Money(minorUnits: 9999), .person, StoredAccount()) == [
                .rechargeBelow(Money(minorUnits: 9999), least: Self.yuan(100))
            ])
        // 950 and no bonus fit under 5,000; 1,000 bring fifty more.
        #expect(why(Self.yuan(950), .person, full) == [])
        #expect(why(Self.yuan(1000), .person, full) == [.storedAbove(Self.yuan(5050), most: Self.yuan(5000))])
        let uncapped = Self.rules(cap: nil)
        #expect(
            Self.refusals { () throws(MemberRefusals) in
                try uncapped.recharge(Self.yuan(5000), paid: .cash, by: .company, to: StoredAccount())
            } == [.rechargeNotCash(Self.yuan(5000), from: Self.yuan(5000))])
        #expect(
            Self.refusals { () throws(MemberRefusals) in
                try uncapped.recharge(Self.yuan(5000), paid: .transfer, by: .company, to: StoredAccount())
            } == [])
        #expect(why(.zero, .person, StoredAccount()) == [.amount(.recharge, line: nil)])
    }

    @Test func `A-69: the oldest recharge pays first, its principal before its bonus, never below zero`() throws {
        let account = Self.account(("R1", 100, 10), ("R2", 200, 0))
        let taken = try Self.rules().take(Self.yuan(150), from: account)
        #expect(
            taken == [
                StoredPart(recharge: "R1", principal: Self.yuan(100), bonus: Self.yuan(10)),
                StoredPart(recharge: "R2", principal: Self.yuan(40), bonus: .zero),
            ])
        #expect(try Self.rules().take(Self.yuan(310), from: account).count == 2)
        #expect(
            Self.refusals { () throws(MemberRefusals) in
                try Self.rules().take(Self.yuan(310) + Money(minorUnits: 1), from: account)
            } == [.storedBalance(Money(minorUnits: 31_001), balance: Self.yuan(310))])
    }

    @Test(arguments: [StoredValue.Part.principal, .bonus])
    func `what a receipt took comes back in the order opposite to taking, any parts ending at the whole`(
        pays: StoredValue.Part
    ) throws {
        let rules = Self.rules(pays: pays)
        let account = Self.account(("R1", 100, 10), ("R2", 200, 20))
        let taken = try rules.take(Self.yuan(215), from: account)
        for parts in [[215], [1, 214], [100, 100, 15], [14, 1, 200]] as [[Int64]] {
            var outstanding = taken
            for part in parts {
                let back = rules.giveBack(Self.yuan(part), of: outstanding)
                #expect(back.reduce(.zero) { $0 + $1.amount } == Self.yuan(part))
                for piece in back {
                    let index = try #require(outstanding.firstIndex { $0.recharge == piece.recharge })
                    outstanding[index].principal -= piece.principal
                    outstanding[index].bonus -= piece.bonus
                    #expect(outstanding[index].principal >= .zero && outstanding[index].bonus >= .zero)
                }
            }
            #expect(outstanding.allSatisfy { $0.amount == .zero })
        }
        let last = rules.giveBack(Self.yuan(5), of: taken)
        #expect(last.map(\.recharge) == ["R2"])
    }

    @Test func `the principal of a recharge is paid out, its bonus ends, a bonus used before is kept`() throws {
        let account = Self.account(("R1", 1000, 50))
        let done = try Self.rules().payOut("R1", from: account)
        #expect((done.paid, done.kept, done.ended) == (Self.yuan(1000), .zero, Self.yuan(50)))
        // Fifty of bonus were used first: so much of the principal stays.
        let used = StoredAccount(lots: [
            StoredAccount.Lot(recharge: "R1", principal: Self.yuan(1000), bonus: Self.yuan(20), given: Self.yuan(50))
        ])
        let kept = try Self.rules(pays: .bonus).payOut("R1", from: used)
        #expect((kept.paid, kept.kept, kept.ended) == (Self.yuan(970), Self.yuan(30), Self.yuan(20)))
        #expect(
            Self.refusals { () throws(MemberRefusals) in try Self.rules().payOut("R2", from: account) }
                == [.nothingLeft("R2")])
        #expect(
            Self.refusals { () throws(MemberRefusals) in try Self.rules(paysOut: false).payOut("R1", from: account) }
                == [.notPaidOut])
    }

    @Test func `a frozen account neither pays nor takes nor is frozen twice`() throws {
        let rules = Self.rules()
        let day = try #require(CalendarDay(year: 2026, month: 3, day: 2))
        let frozen = try rules.freeze(Self.account(("R1", 1000, 50)), on: day)
        let reasons: [[MemberRefusal.Reason]] = [
            Self.refusals { () throws(MemberRefusals) in try rules.take(Self.yuan(1), from: frozen) },
            Self.refusals { () throws(MemberRefusals) in
                try rules.recharge(Self.yuan(100), paid: .cash, by: .person, to: frozen)
            },
            Self.refusals { () throws(MemberRefusals) in try rules.payOut("R1", from: frozen) },
            Self.refusals { () throws(MemberRefusals) in try rules.freeze(frozen, on: day) },
        ]
        #expect(reasons.allSatisfy { $0 == [.storedFrozen(day)] })
        let released = try rules.release(frozen)
        #expect(try rules.take(Self.yuan(1), from: released).count == 1)
        #expect(
            Self.refusals { () throws(MemberRefusals) in try rules.release(released) } == [.storedNotFrozen])
    }
}
