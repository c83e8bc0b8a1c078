package io.gatehouse.jetty.portal;

import java.util.Locale;

/** A configured picture. */
record Logo(String extension, byte[] content) {
    Logo {
        content = content.clone();
    }

    @Override
    public byte[] content() {
        return content.clone();
    }

    /** Of a file of that name. */
    static Logo of(String fileName, byte[] content) {
        return new Logo(fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT), content);
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
