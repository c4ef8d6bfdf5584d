import HTTPTypes
import Policy

/// What is wrong with a request before any domain is asked.
///
/// 400 is a request that the published document does not allow; 422 one that it allows and a form refuses.
enum APIFault: Error, Equatable {
    /// No bearer token, or one that is unknown, revoked or at its end.
    case unauthorised(hasToken: Bool)
    /// The person may do it, and the token was not made for it.
    case tokenScope(Action)
    case methodNotAllowed(allowed: [HTTPRequest.Method])
    case notAcceptable
    case notJSON
    /// Where a list may come as a file, too.
    case neitherJSONNorCSV
    /// A form that cannot be read as one, or holds no file.
    case notAFile
    case malformed(JSONText.Fault)
    case tooLarge(limit: Int)
    case tooMany(seconds: Int)
    /// Path, query, headers or members of the body, all at once.
    case unfit([Unfit])
    /// The revision must be named.
    case preconditionRequired
    /// Path or query holds what is no text.
    case notText

    /// One place in the request and what is wrong there.
    struct Unfit: Equatable {
        /// `limit`, `subject.kind`, `people.0.role`.
        let field: String
        let problem: Problem

        init(_ field: String, _ problem: Problem) {
            self.field = field
            self.problem = problem
        }

        enum Problem: Equatable {
            case missing
            case unknown(nearest: String?)
            case twice
            /// `text`, `integer`, `flag`, `object`, `list`
            case notA(String)
            case notOneOf([String])
            case below(Int64)
            case above(Int64)
            case tooShort(Int)
            case tooLong(Int)
            case tooMany(Int)
            case notAnIdentifier
            case notAnInstant
            case notADate
            case notACursor
            case notAKey
        }
    }
}

extension APIFault.Unfit.Problem {
    func text(_ words: Words) -> String {
        switch self {
        case .missing: words("必须给出")
        case .unknown(let nearest): nearest.map { words("没有这一项；是不是{0}", $0) } ?? words("没有这一项")
        case .twice: words("只能出现一次")
        case .notA("text"): words("要的是文字")
        case .notA("integer"): words("要的是整数")
        case .notA("flag"): words("要的是true或false")
        case .notA("object"): words("要的是对象")
        case .notA("list"): words("要的是列表")
        case .notA(let other): words("要的是{0}", other)
        case .notOneOf(let expected): words("只能是：{0}", expected.joined(separator: ", "))
        case .below(let minimum): words("不能小于{0}", String(minimum))
        case .above(let maximum): words("不能大于{0}", String(maximum))
        case .tooShort(let minimum): words("至少{0}位", String(minimum))
        case .tooLong(let maximum): words("最多{0}字", String(maximum))
        case .tooMany(let maximum): words("最多{0}项", String(maximum))
        case .notAnIdentifier: words("要的是36位标识，如 018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21")
        case .notAnInstant: words("要的是带时区的时间，如 2026-10-09T18:00:00+08:00")
        case .notADate: words("要的是日期，如 2026-10-09")
        case .notACursor: words("请原样使用上一页给出的next")
        case .notAKey: words("1–200个可见的ASCII字符")
        }
    }
}
