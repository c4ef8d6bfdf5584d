import Primitives

/// What the clerks of a filled company ask for, in turn.
enum DeskLoad {
    static func cookie(_ clerk: Int) -> [String: String] {
        ["Cookie": "charter_session=\(DeskFilling.session(clerk))"]
    }

    /// One path, by each clerk.
    static func pages(_ path: String, _ size: BenchSize) -> [String] {
        (0..<size.clerks).map { Wrk.get(path, headers: cookie($0)) }
    }

    /// Complaints by API.
    static func complaints(_ size: BenchSize) -> [String] {
        (0..<1024).map { number in
            let (clerk, customer) = parties(number, size)
            let fields = complaint(number, of: customer).map { #""\#($0)":"\#($1)""# }.joined(separator: ",")
            let body = #"{"workflow":"complaint","fields":{\#(fields)}}"#
            return Wrk.post(
                "/api/v1/cases",
                headers: ["Authorization": "Bearer \(DeskFilling.token(clerk))", "Content-Type": "application/json"],
                body: body)
        }
    }

    /// Clerks of every shop in turn, each about a customer of the own shop, from everywhere in the file.
    static func parties(_ number: Int, _ size: BenchSize) -> (clerk: Int, customer: CustomerID) {
        let units = max(1, size.clerks / DeskFilling.perUnit)
        let unit = number % units
        let clerk = unit * DeskFilling.perUnit + 2 + number / units % 8
        // By the turn and not by the number: that would name one or two customers of a shop over and over.
        let place = number / units * 7919 % size.customersPerUnit
        return (clerk, BenchGround.identifier(.customer, unit + units * place))
    }

    static func complaint(_ number: Int, of customer: CustomerID) -> [(String, String)] {
        [
            ("customer", customer.description), ("kind", "quality"), ("channel", "phone"),
            ("occurred_at", SystemClock.now().adding(hours: -2).rfc3339),
            ("content", DemoCast.grievances[number % DemoCast.grievances.count]),
        ]
    }
}
