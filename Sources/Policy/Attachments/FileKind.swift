/// What a file is by its content; nothing else is taken as an attachment.
public enum FileKind: String, Sendable, CaseIterable {
    case jpeg, png, gif, webp, heic, pdf
    case text, csv
    case word, sheet, slides
    /// Open Document: text, table, presentation.
    case openText, openSheet, openSlides
    /// The office formats before 2007, which do not tell one from another at their beginning.
    case oldOffice
    case mp4, quickTime, mp3, m4a, wav, amr

    /// As it is sent with a download.
    public var mediaType: String {
        switch self {
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .gif: "image/gif"
        case .webp: "image/webp"
        case .heic: "image/heic"
        case .pdf: "application/pdf"
        case .text: "text/plain"
        case .csv: "text/csv"
        case .word: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case .sheet: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .slides: "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        case .openText: "application/vnd.oasis.opendocument.text"
        case .openSheet: "application/vnd.oasis.opendocument.spreadsheet"
        case .openSlides: "application/vnd.oasis.opendocument.presentation"
        case .oldOffice: "application/x-ole-storage"
        case .mp4: "video/mp4"
        case .quickTime: "video/quicktime"
        case .mp3: "audio/mpeg"
        case .m4a: "audio/mp4"
        case .wav: "audio/wav"
        case .amr: "audio/amr"
        }
    }

    public init?(mediaType: String) {
        guard let kind = FileKind.allCases.first(where: { $0.mediaType == mediaType }) else { return nil }
        self = kind
    }

    /// The endings that say so, the usual one first.
    public var endings: [String] {
        switch self {
        case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
        case .png: ["png"]
        case .gif: ["gif"]
        case .webp: ["webp"]
        case .heic: ["heic", "heif", "hif"]
        case .pdf: ["pdf"]
        case .text: ["txt", "text", "log", "md"]
        case .csv: ["csv"]
        case .word: ["docx"]
        case .sheet: ["xlsx"]
        case .slides: ["pptx"]
        case .openText: ["odt"]
        case .openSheet: ["ods"]
        case .openSlides: ["odp"]
        case .oldOffice: ["doc", "xls", "ppt", "wps", "et", "dps"]
        case .mp4: ["mp4", "m4v", "3gp"]
        case .quickTime: ["mov"]
        case .mp3: ["mp3"]
        case .m4a: ["m4a"]
        case .wav: ["wav"]
        case .amr: ["amr"]
        }
    }

    /// What a camera makes, whether or not browsers show it.
    public var isPhoto: Bool { isPicture || self == .heic }

    /// Whether browsers draw it as a picture.
    public var isPicture: Bool { [.jpeg, .png, .gif, .webp].contains(self) }

    /// Whether it may be shown in the browser rather than be saved.
    public var isShown: Bool { isPicture || self == .pdf }

    /// The kinds that a name's ending or a sender's media type claims; `nil` where it claims none that is known.
    static func claimed(byEnding ending: String) -> Set<FileKind>? {
        let kinds = Set(allCases.filter { $0.endings.contains(ending) })
        if kinds == [.csv] { return [.csv, .text] }
        return kinds.isEmpty ? nil : kinds
    }

    static func claimed(byMediaType type: String) -> Set<FileKind>? {
        switch type {
        case "text/plain", "text/csv", "text/markdown": [.text, .csv]
        case "image/jpg", "image/pjpeg": [.jpeg]
        case "image/heif": [.heic]
        case "application/msword", "application/vnd.ms-powerpoint": [.oldOffice]
        // What some browsers say of a list.
        case "application/vnd.ms-excel": [.oldOffice, .csv, .text]
        case "audio/mp3": [.mp3]
        case "audio/x-m4a", "audio/m4a": [.m4a, .mp4]
        case "audio/x-wav", "audio/wave", "audio/vnd.wave": [.wav]
        case "video/3gpp", "video/x-m4v": [.mp4]
        default: FileKind(mediaType: type).map { [$0] }
        }
    }

    /// Endings and media types of what a browser or a shell would run, whatever is in it.
    static let running: Set<String> = [
        "html", "htm", "xhtml", "xht", "shtml", "mhtml", "svg", "svgz", "xml", "xsl", "js", "mjs", "vbs", "hta", "css",
        "exe", "dll", "scr", "com", "bat", "cmd", "ps1", "msi", "lnk", "jar", "apk", "sh", "php", "py", "docm", "xlsm",
        "pptm", "text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml",
        "text/javascript", "application/javascript", "application/ecmascript",
    ]
}
