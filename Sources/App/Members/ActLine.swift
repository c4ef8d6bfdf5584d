import Foundation
import Policy
import Primitives

/// One line of a history: what somebody does at the counter, as JSON.
struct ActLine {
    let heading: Heading
    let act: MemberAct
    /// Of a refund that has one.
    var number: String? { heading.action == "refund" ? heading.receipt : nil }

    /// Whose act it is and which, as far as the line says so.
    struct Heading: Decodable {
        let action: String?
        let receipt: String?
        let reverses: String?
        let at: String?
        let member: String?
    }

    /// - Parameter goods: the class of goods of lines that name none.
    init(_ line: Data, goods: GoodsClass.Key) throws(ActFault) {
        let decoder = JSONDecoder()
        let heading: Heading
        do {
            heading = try decoder.decode(Heading.self, from: line)
        } catch let error as DecodingError {
            // Corrupted here means that it is no JSON at all.
            if case .dataCorrupted = error { throw ActFault(.unreadable) }
            if case .typeMismatch(_, let context) = error, context.codingPath.isEmpty { throw ActFault(.unreadable) }
            throw ActFault(ActFault.reason(error))
        } catch {
            throw ActFault(.unreadable)
        }
        do {
            self.heading = heading
            act = try Self.act(try decoder.decode(Fields.self, from: line), goods)
        } catch let fault as ActFault {
            throw ActFault(fault.reason, heading)
        } catch let unknown as UnknownField {
            throw ActFault(.unknown(unknown.name, near: unknown.nearest), heading)
        } catch let error as DecodingError {
            throw ActFault(ActFault.reason(error), heading)
        } catch {
            throw ActFault(.unreadable, heading)
        }
    }

    private static func act(_ fields: Fields, _ goods: GoodsClass.Key) throws(ActFault) -> MemberAct {
        guard let at = fields.at else { throw ActFault(.missing("at")) }
        guard let instant = Instant(rfc3339: at) else { throw ActFault(.time(at)) }
        guard let member = fields.member, !member.isEmpty else { throw ActFault(.missing("member")) }
        guard member.utf8.count <= 128 else { throw ActFault(.tooLong("member")) }
        return MemberAct(member: member, at: instant, kind: try Self.kind(fields.action ?? "purchase", fields, goods))
    }

    static let actions = [
        "purchase", "apply", "upgrade", "renew", "report_loss", "replace", "reactivate", "refund", "restore",
    ]

    private static func kind(
        _ action: String, _ fields: Fields, _ goods: GoodsClass.Key
    ) throws(ActFault) -> MemberAct.Kind {
        switch action {
        case "purchase":
            guard let receipt = fields.receipt, !receipt.isEmpty else { throw ActFault(.missing("receipt")) }
            guard receipt.utf8.count <= 128 else { throw ActFault(.tooLong("receipt")) }
            return .purchase(receipt, try purchase(fields, goods))
        case "refund":
            guard let receipt = fields.reverses else { throw ActFault(.missing("reverses")) }
            return .refund(receipt, try lines(fields, goods))
        case "apply":
            return .join(born: try day(fields.born, "born"), receipts: fields.receipts ?? [])
        case "reactivate": return .reactivate(receipts: fields.receipts ?? [])
        case "upgrade": return .upgrade
        case "renew": return .renew
        case "report_loss": return .reportLoss
        case "replace":
            return .replace(
                isDecided: !(fields.decision ?? "").isEmpty, isWaived: !(fields.waiver ?? "").isEmpty)
        case "restore":
            guard let points = fields.points else { throw ActFault(.missing("points")) }
            return .restore(Points(points), reason: fields.reason ?? "")
        default:
            throw ActFault(.action(action, near: nearestWord(to: action, among: actions)))
        }
    }

    private static func purchase(_ fields: Fields, _ goods: GoodsClass.Key) throws(ActFault) -> Purchase {
        let tender = fields.tender?.value
        return Purchase(
            lines: try lines(fields, goods),
            tender: Tender(
                nonCash: Money(minorUnits: tender?.non_cash ?? 0), stored: Money(minorUnits: tender?.stored ?? 0),
                points: Points(tender?.points ?? 0),
                cash: (tender?.cash).map { Money(minorUnits: $0) }),
            birthday: try day(fields.birthday, "birthday"), isInEvent: fields.event ?? false,
            isGroup: fields.group ?? false)
    }

    private static func lines(_ fields: Fields, _ goods: GoodsClass.Key) throws(ActFault) -> [Purchase.Line] {
        guard let given = fields.lines else { throw ActFault(.missing("lines")) }
        var lines: [Purchase.Line] = []
        for line in given.map(\.value) {
            guard line.counter == nil || line.counter == "excluded" else {
                throw ActFault(.counter(line.counter ?? ""))
            }
            lines.append(
                Purchase.Line(
                    list: Money(minorUnits: line.list ?? line.price), price: Money(minorUnits: line.price),
                    quantity: line.quantity, goods: line.class ?? goods, isOnSale: line.on_sale ?? false,
                    isExcluded: line.counter == "excluded"))
        }
        return lines
    }

    private static func day(_ text: String?, _ field: String) throws(ActFault) -> CalendarDay? {
        guard let text else { return nil }
        guard let day = CalendarDay(text) else { throw ActFault(.day(field, text)) }
        return day
    }

    /// The fields as they stand in the line; what each means is said in docs/members.md.
    fileprivate struct Fields: Decodable {
        let action: String?
        let receipt: String?
        let reverses: String?
        let at: String?
        let member: String?
        let birthday: String?
        let born: String?
        let event: Bool?
        let group: Bool?
        let lines: [Exact<Line>]?
        let tender: Exact<Tender>?
        let receipts: [String]?
        let decision: String?
        let waiver: String?
        let points: Int64?
        let reason: String?

        struct Line: Decodable {
            let list: Int64?
            let price: Int64
            let quantity: Int64
            let `class`: String?
            let on_sale: Bool?
            let counter: String?

            enum CodingKeys: String, CodingKey, CaseIterable {
                case list, price, quantity, `class`, on_sale, counter
            }
        }

        struct Tender: Decodable {
            let non_cash: Int64?
            let stored: Int64?
            let points: Int64?
            let cash: Int64?

            enum CodingKeys: String, CodingKey, CaseIterable {
                case non_cash, stored, points, cash
            }
        }
    }
}

extension ActLine.Fields.Line: Keyed {}
extension ActLine.Fields.Tender: Keyed {}

/// What names the keys that it is decoded from.
private protocol Keyed: Decodable {
    associatedtype CodingKeys: CodingKey & CaseIterable
}

/// An object with no other keys: a misspelt amount must not pass for none.
private struct Exact<Value: Keyed>: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        let known = Value.CodingKeys.allCases.map(\.stringValue)
        let fields = try decoder.container(keyedBy: AnyKey.self)
        if let other = fields.allKeys.first(where: { !known.contains($0.stringValue) }) {
            throw UnknownField(name: other.stringValue, nearest: nearestWord(to: other.stringValue, among: known))
        }
        value = try Value(from: decoder)
    }
}

private struct UnknownField: Error {
    let name: String
    let nearest: String?
}

private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init?(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }
}

/// Why a line is no act.
struct ActFault: Error {
    enum Reason {
        case unreadable
        case missing(String)
        case kind(String, expected: Expected)
        case tooLong(String)
        case time(String)
        case day(String, String)
        case action(String, near: String?)
        case counter(String)
        case unknown(String, near: String?)
    }

    enum Expected {
        case whole, text, flag, other
    }

    let reason: Reason
    let heading: ActLine.Heading?

    init(_ reason: Reason, _ heading: ActLine.Heading? = nil) {
        self.reason = reason
        self.heading = heading
    }

    static func reason(_ error: DecodingError) -> Reason {
        switch error {
        case .keyNotFound(let key, let context): .missing(path(context.codingPath + [key]))
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            .kind(path(context.codingPath), expected: expected(type))
        // The line was read once already, so what the decoder calls corrupted is a number that fits no whole one.
        case .dataCorrupted(let context): .kind(path(context.codingPath), expected: .whole)
        @unknown default: .unreadable
        }
    }

    private static func expected(_ type: any Any.Type) -> Expected {
        switch type {
        case is any BinaryInteger.Type: .whole
        case is String.Type: .text
        case is Bool.Type: .flag
        default: .other
        }
    }

    /// `lines.1.price`, lines counted from 1.
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { $0.intValue.map { String($0 + 1) } ?? $0.stringValue }.joined(separator: ".")
    }

    var text: MemberWords.Text {
        switch reason {
        case .unreadable: ("This line is no JSON object", "这一行不是JSON对象")
        case .missing(let field): ("“\(field)” is missing", "缺少“\(field)”")
        case .kind("", _):
            ("Amounts, quantities and points are whole numbers", "金额、件数和积分应为整数")
        case .kind(let field, .whole):
            ("“\(field)” is a whole number of fen, pieces or points", "“\(field)”应为整数（分、件或积分）")
        case .kind(let field, .text): ("“\(field)” is a text", "“\(field)”应为文本")
        case .kind(let field, .flag): ("“\(field)” is true or false", "“\(field)”应为true或false")
        case .kind(let field, .other): ("“\(field)” has the wrong form", "“\(field)”的形式不对")
        case .tooLong(let field): ("“\(field)” has at most 128 bytes", "“\(field)”最多128字节")
        case .time(let found):
            (
                "“at” is a time with its zone, such as 2026-03-07T15:04:05+08:00, not “\(found)”",
                "“at”应为带时区的时间，例如2026-03-07T15:04:05+08:00，不是“\(found)”"
            )
        case .day(let field, let found):
            ("“\(field)” is a date such as 1990-03-07, not “\(found)”", "“\(field)”应为日期，例如1990-03-07，不是“\(found)”")
        case .action(let found, let near):
            (
                "“action” is one of \(ActLine.actions.joined(separator: ", ")), not “\(found)”"
                    + (near.map { "; did you mean \($0)?" } ?? ""),
                "“action”应为\(ActLine.actions.joined(separator: "、"))之一，不是“\(found)”"
                    + (near.map { "；是不是\($0)？" } ?? "")
            )
        case .unknown(let found, let near):
            (
                "“\(found)” is no field here" + (near.map { "; did you mean \($0)?" } ?? ""),
                "这里没有“\(found)”这个字段" + (near.map { "；是不是\($0)？" } ?? "")
            )
        case .counter(let found):
            ("“counter” is \"excluded\" or null, not “\(found)”", "“counter”应为\"excluded\"或null，不是“\(found)”")
        }
    }
}
