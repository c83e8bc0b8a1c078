package io.gatehouse.dist.draft;

/** A file of another gateway is not what it should be; the message says what was expected. */
public final class ForeignFileException extends Exception {
    private static final long serialVersionUID = 1L;

    ForeignFileException(String message) {
        super(message);
    }
}
