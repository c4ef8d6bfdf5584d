public import Primitives

/// What a customer buys on one receipt.
public struct Purchase: Sendable, Hashable, Codable {
    public let lines: [Line]
    public let tender: Tender
    /// The buyer's, where it is known.
    public let birthday: CalendarDay?
    /// Whether it falls in a holiday, anniversary or the like for which goods were put on sale.
    public let isInEvent: Bool
    /// Whether the counter marked it as a group purchase.
    public let isGroup: Bool

    public init(lines: [Line], tender: Tender, birthday: CalendarDay?, isInEvent: Bool, isGroup: Bool) {
        self.lines = lines
        self.tender = tender
        self.birthday = birthday
        self.isInEvent = isInEvent
        self.isGroup = isGroup
    }

    /// Before discounts.
    public var total: Money { lines.reduce(.zero) { $0 + $1.amount } }
    public var pieces: Int64 { lines.reduce(0) { $0 + $1.quantity } }

    public struct Line: Sendable, Hashable, Codable {
        /// For a piece.
        public let list: Money
        /// For a piece, before the card's discounts.
        public let price: Money
        public let quantity: Int64
        public let goods: GoodsClass.Key
        public let isOnSale: Bool
        /// Whether the counter takes part in neither discounts nor points.
        public let isExcluded: Bool

        public init(
            list: Money, price: Money, quantity: Int64, goods: GoodsClass.Key, isOnSale: Bool, isExcluded: Bool
        ) {
            self.list = list
            self.price = price
            self.quantity = quantity
            self.goods = goods
            self.isOnSale = isOnSale
            self.isExcluded = isExcluded
        }

        public var amount: Money { price.times(quantity) }

        /// The same article, so many pieces.
        public func with(quantity: Int64) -> Line {
            Line(list: list, price: price, quantity: quantity, goods: goods, isOnSale: isOnSale, isExcluded: isExcluded)
        }
    }
}

/// How a purchase is paid; what these leave is paid in cash.
public struct Tender: Sendable, Hashable, Codable {
    /// Vouchers and the like.
    public let nonCash: Money
    /// From stored value.
    public let stored: Money
    public let points: Points
    /// What the counter reckons to take in cash; it must be what the others leave. `nil` where it does not say.
    public let cash: Money?

    public init(nonCash: Money, stored: Money, points: Points, cash: Money? = nil) {
        self.cash = cash
        self.nonCash = nonCash
        self.stored = stored
        self.points = points
    }
}

extension Purchase {
    /// The largest amount of one line, receipt or tender: 10⁹ fen.
    public static let largest = Money(minorUnits: 1_000_000_000)
    /// The most lines of a receipt.
    public static let mostLines = 1000

    /// What is wrong with the figures, whoever buys.
    func faults(in programme: Programme) -> [MemberRefusal] {
        var faults: [MemberRefusal] = []
        func bound(_ amount: Money, _ name: MemberRefusal.Amount, line: Int? = nil) {
            if amount < .zero || amount > Self.largest { faults.append(MemberRefusal(.amount(name, line: line))) }
        }
        if lines.isEmpty || lines.count > Self.mostLines { faults.append(MemberRefusal(.lines)) }
        for (index, line) in lines.enumerated() {
            bound(line.list, .list, line: index + 1)
            bound(line.price, .price, line: index + 1)
            if line.quantity < 1 || line.quantity > 1_000_000 {
                faults.append(MemberRefusal(.quantity(line: index + 1)))
            }
            if programme.goods(line.goods) == nil {
                faults.append(MemberRefusal(.goods(line.goods, line: index + 1, known: programme.goods.map(\.key))))
            }
        }
        bound(tender.nonCash, .nonCash)
        bound(tender.stored, .stored)
        if tender.points < .zero || tender.points.count > Self.largest.minorUnits {
            faults.append(MemberRefusal(.amount(.points, line: nil)))
        }
        // Only amounts within bounds can be summed without overflow.
        if faults.isEmpty { bound(total, .total) }
        return faults
    }
}
