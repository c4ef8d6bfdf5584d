import Cases
import Customers
import Hummingbird
import Organisations
import Primitives

/// How a visitor is known again: by a cookie for one case or one card, and by the time that a page carries.
struct PortalVisit {
    let portal: PortalService
    let isSecure: Bool

    /// What a visitor named to come in.
    enum Door: String {
        case matter = "case"
        case member

        var cookie: String {
            switch self {
            case .matter: "charter_visit"
            case .member: "charter_member"
            }
        }
    }

    /// So long somebody who named a case or a card may look at it.
    private static let hours: Int64 = 2
    /// Nobody reads and fills in a form faster, and none lies open longer.
    private static let quickest: Int64 = 2_000
    private static let longest: Int64 = 12 * 3_600_000

    // MARK: What somebody named

    func admit<Owner>(_ id: Identifier<Owner>, by door: Door, _ house: House, to response: inout Response) {
        let until = String(house.counter.now.adding(hours: Self.hours).milliseconds)
        let value = "\(id).\(until).\(mark(id.description, door, until, house))"
        set(value, door, maxAge: Int(Self.hours) * 3600, house, on: &response)
    }

    func leave(by door: Door, _ house: House, on response: inout Response) {
        set("", door, maxAge: 0, house, on: &response)
    }

    private func set(_ value: String, _ door: Door, maxAge: Int, _ house: House, on response: inout Response) {
        response.setCookie(
            Cookie(
                name: door.cookie, value: value, maxAge: maxAge, path: house.path, secure: isSecure, httpOnly: true,
                sameSite: .lax))
    }

    private func mark(_ id: String, _ door: Door, _ until: String, _ house: House) -> String {
        portal.seal.mark(door.rawValue, house.organisation.description, id, until)
    }

    /// What this visitor named, and the token of its forms; `nil` where he named none, or too long ago.
    func admitted<Owner>(
        by door: Door, _ request: Request, _ house: House
    ) -> (id: Identifier<Owner>, token: String)? {
        guard let value = request.cookies[door.cookie]?.value else { return nil }
        let parts = value.split(separator: ".").map(String.init)
        guard parts.count == 3, let id = Identifier<Owner>(parts[0]), let until = Int64(parts[1]),
            VisitorSeal.equal(mark(parts[0], door, parts[1], house), parts[2]),
            house.counter.now.milliseconds < until
        else { return nil }
        return (id, portal.seal.mark("form", house.organisation.description, value))
    }

    // MARK: The time of a page

    /// What a form carries: when it was shown, and a number of its own.
    func stamp(_ house: House) -> String {
        let shown = String(house.counter.now.milliseconds)
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        return "\(shown).\(number).\(portal.seal.mark("page", house.organisation.description, shown, number))"
    }

    enum Stamp: Equatable {
        /// With the form's own number.
        case good(String)
        case tooQuick
        /// Of another company, forged, or too old.
        case void
    }

    func read(_ stamp: String?, _ house: House) -> Stamp {
        let parts = (stamp ?? "").split(separator: ".").map(String.init)
        guard parts.count == 3, let shown = Int64(parts[0]),
            VisitorSeal.equal(
                portal.seal.mark("page", house.organisation.description, parts[0], parts[1]), parts[2])
        else { return .void }
        let age = house.counter.now.milliseconds - shown
        guard age >= 0, age <= Self.longest else { return .void }
        return age < Self.quickest ? .tooQuick : .good(parts[1])
    }
}

/// Slows and stops visitors who guess, and lets the administrator know.
struct PortalGate {
    let portal: PortalService
    let limits: VisitorLimits

    /// So many tries of one address are answered at the usual pace.
    private static let free = 3
    private static let pace: Int64 = 300
    private static let slowest: Int64 = 4_000

    /// Looks for what a visitor names by a number and the last four digits of a telephone.
    ///
    /// Whatever is found, and however long it took to find, the answer comes at a time that only the tries decide.
    /// - Returns: the number as it was understood, and what it names; `nil` for a wrong number and wrong digits alike.
    /// - Throws: `RequestFault.tooManyRequests` once there were too many, of the address or at the number.
    func match<Found: Sendable>(
        _ body: FormBody, _ house: House, find: (_ number: String, _ ending: String) async throws -> Found?
    ) async throws -> (number: String, found: Found?) {
        let entered = (body["number"] ?? "").uppercased().filter {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-")
        }
        let number = String(entered.prefix(40))
        let digits = (body["digits"] ?? "").filter { $0.isASCII && $0.isNumber }
        let pace = try await guess(number, from: house.address, of: house.organisation)
        let floor = Task { try await Task.sleep(for: .milliseconds(pace)) }
        let found = entered.count <= 40 && digits.count == 4 ? try await find(number, digits) : nil
        try await floor.value
        return (number, found)
    }

    /// Counts a try at a number, of whatever kind.
    /// - Returns: how long the answer is to take, in milliseconds, whatever it is.
    /// - Throws: `RequestFault.tooManyRequests` once there were too many, of the address or at the number.
    func guess(_ number: String, from address: String, of organisation: OrganisationID) async throws -> Int64 {
        let company = organisation.description
        let key = company + "/" + address
        let place = portal.seal.mark("number", company, number)
        try await take([(limits.guesses, key), (limits.numbers, place)], .guessing, from: address, of: organisation)
        let tries = limits.guesses.tries(key) - Self.free
        return tries <= 0 ? Self.pace : min(Self.slowest, Self.pace << Int64(min(tries, 8)))
    }

    func file(_ house: House) async throws {
        try await take([(limits.filings, Self.key(house))], .filing, house)
    }

    func file(with phone: String, _ house: House) async throws {
        let company = house.organisation.description
        try await take([(limits.phones, portal.seal.mark("phone", company, phone))], .filing, house)
    }

    /// Counts a link that was none.
    func link(_ house: House) async throws {
        try await take([(limits.links, Self.key(house))], .links, house)
    }

    /// Says that a program filled in a form; who does it too often is stopped as one who files too often.
    func robot(_ house: House) async throws {
        try await file(house)
        try await portal.stopped(.robot, from: house.address, in: house.organisation)
    }

    private static func key(_ house: House) -> String {
        house.organisation.description + "/" + house.address
    }

    private func take(
        _ windows: [(limiter: RateLimiter, key: String)], _ reason: VisitorStop.Reason, _ house: House
    ) async throws {
        try await take(windows, reason, from: house.address, of: house.organisation)
    }

    private func take(
        _ windows: [(limiter: RateLimiter, key: String)], _ reason: VisitorStop.Reason, from address: String,
        of organisation: OrganisationID
    ) async throws {
        // Each is counted, whichever of them refuses.
        let waits = windows.map { $0.limiter.take($0.key) }
        guard let wait = waits.compactMap({ $0 }).max() else { return }
        let over = windows.map { $0.limiter.tries($0.key) - $0.limiter.limit }.max() ?? 1
        // At the first, second, fourth, eighth …: whoever is stopped must not write without end.
        if over > 0, over & (over - 1) == 0 {
            try await portal.stopped(reason, from: address, times: max(1, over / 2), in: organisation)
        }
        throw RequestFault.tooManyRequests(seconds: wait)
    }
}
