public import Hummingbird
import NIOCore
public import Organisations
public import Policy

/// What every request of the desk carries.
public struct DeskContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The address at the other end, for the rate limits.
    public let remoteAddress: String
    /// The signed-in member of staff; `nil` for visitors.
    public var signedIn: SignInService.SignedIn?
    public var language: Language = .simplified
    /// Light, dark or the system's.
    public var theme: String?

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? "local"
    }

    public var maxUploadSize: Int { 1 << 20 }
}

/// A request of a signed-in member of staff; it cannot be made without one, so no handler asks.
public struct StaffContext: ChildRequestContext {
    public var coreContext: CoreRequestContextStorage
    public let signedIn: SignInService.SignedIn
    public let language: Language
    public let theme: String?

    public init(context: DeskContext) throws {
        guard let signedIn = context.signedIn else { throw SignInNeeded() }
        coreContext = context.coreContext
        self.signedIn = signedIn
        language = context.language
        theme = context.theme
    }

    public var principal: Principal { signedIn.principal }
    public var maxUploadSize: Int { 1 << 20 }
}

/// Nobody is signed in; the visitor is led to the sign-in page and back.
struct SignInNeeded: Error {}

/// The form's token is not the session's: forged, or older than the session.
struct FormTokenMismatch: Error {}

/// The request is not to be read.
enum RequestFault: Error {
    case tooLarge(limit: Int)
    case notUTF8
    case notAForm
    case tooManyRequests(seconds: Int)
    case crossSite
}
