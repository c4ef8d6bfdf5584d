import Primitives

/// How the program works a field out: `computed:`.
public enum Computation: Sendable, Hashable {
    /// Over all rows of a table, the product of the columns.
    case sum(table: String, columns: [String])
    case add([String])
    /// All others from the first; may be below zero.
    case subtract([String])
    /// The field of another form of the case, as it was last filled in.
    case copy(String)

    /// The fields that it is worked out from.
    public var sources: [String] {
        switch self {
        case .sum(let table, _): [table]
        case .add(let fields), .subtract(let fields): fields
        case .copy(let field): [field]
        }
    }
}

extension Computation {
    /// - Parameters:
    ///   - value: of a field of this form or else of the case; `nil` where it was left empty.
    ///   - columns: of a table, in their order.
    /// - Returns: `nil` where nothing of what it is worked out from is there; a money sum in fen.
    /// - Throws: `.aboveMaximum` past ±10¹⁵.
    func result(
        _ value: (String) -> FieldValue?, columns: (String) -> [FormField]
    ) throws(FormFault.Problem) -> FieldValue? {
        switch self {
        case .copy(let field): return value(field)
        case .add(let fields):
            let found = fields.compactMap { Computation.number(value($0)) }
            return found.isEmpty ? nil : .integer(try Computation.total(found))
        case .subtract(let fields):
            guard let first = fields.first.flatMap({ Computation.number(value($0)) }) else { return nil }
            let rest = fields.dropFirst().compactMap { Computation.number(value($0)) }
            return .integer(try Computation.total([first] + rest.map { -$0 }))
        case .sum(let table, let wanted):
            guard case .list(let rows)? = value(table) else { return nil }
            let places = wanted.compactMap { key in columns(table).firstIndex { $0.key == key } }
            var products: [Int64] = []
            for case .list(let cells) in rows {
                var product: Int64 = 1
                for place in places {
                    let cell = cells.indices.contains(place) ? Computation.number(cells[place]) ?? 0 : 0
                    let (next, overflow) = product.multipliedReportingOverflow(by: cell)
                    if overflow { throw .aboveMaximum(Computation.most) }
                    product = next
                }
                products.append(product)
            }
            return .integer(try Computation.total(products))
        }
    }

    static let most: Int64 = 1_000_000_000_000_000

    private static func number(_ value: FieldValue?) -> Int64? {
        if case .integer(let number) = value { number } else { nil }
    }

    private static func total(_ numbers: [Int64]) throws(FormFault.Problem) -> Int64 {
        var total: Int64 = 0
        for number in numbers {
            let (next, overflow) = total.addingReportingOverflow(number)
            if overflow || next.magnitude > UInt64(most) { throw .aboveMaximum(most) }
            total = next
        }
        return total
    }
}
