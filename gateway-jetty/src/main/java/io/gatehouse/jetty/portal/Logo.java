package io.gatehouse.jetty.portal;

import java.util.Locale;

/** The logo of the portal, as configured. */
final class Logo {
    private final String extension;
    private final byte[] content;

    private Logo(String extension, byte[] content) {
        this.extension = extension;
        this.content = content;
    }

    /** Of a file of that name. */
    static Logo of(String fileName, byte[] content) {
        return new Logo(fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT), content.clone());
    }

    String extension() {
        return extension;
    }

    byte[] content() {
        return content.clone();
    }

    String type() {
        return switch (extension) {
            case "svg" -> "image/svg+xml";
            case "png" -> "image/png";
            case "webp" -> "image/webp";
            default -> "image/jpeg";
        };
    }
}
