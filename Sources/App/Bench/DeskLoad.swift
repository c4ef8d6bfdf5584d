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
            // Clerks of every shop in turn, each about a customer of the own shop.
            let units = size.clerks / DeskFilling.perUnit
            let unit = number % units
            let clerk = unit * DeskFilling.perUnit + 2 + number / units % 8
            let customer: CustomerID = BenchGround.identifier(
                .customer, unit + units * (number % DeskFilling.customersPerUnit))
            let body = """
                {"workflow":"complaint","fields":{"customer":"\(customer)","kind":"quality","channel":"phone",\
                "occurred_at":"\(SystemClock.now().adding(hours: -2).rfc3339)","content":"\(DemoCast.grievances[number % DemoCast.grievances.count])"}}
                """
            return Wrk.post(
                "/api/v1/cases",
                headers: ["Authorization": "Bearer \(DeskFilling.token(clerk))", "Content-Type": "application/json"],
                body: body)
        }
    }
}
