extension StorageMigrations {
    static let attachmentPieces = Migration(
        "0019-attachment-piece",
        [
            // Filled before anything refers to it, so no key refers the other way.
            """
            CREATE TABLE attachment_piece (
                organisation {organisation} NOT NULL,
                content {id} NOT NULL,
                ordinal {integer} NOT NULL CHECK (ordinal >= 0),
                piece {bytes} NOT NULL,
                received_at {instant} NOT NULL,
                PRIMARY KEY (organisation, content, ordinal)
            ) {strict}
            """
        ])
}
