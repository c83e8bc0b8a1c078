package io.gatehouse.jetty.portal;

import io.gatehouse.formats.digest.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Style sheet, script and pictures. Their paths hold a hash of their content, so that browsers may keep them for good.
 */
final class Assets {
    private static final int HASH_LENGTH = 16;

    private final Map<String, Asset> byPath = new HashMap<>();
    private final Map<String, String> paths = new HashMap<>();

    /** A static file of the portal: a style sheet, script or picture. */
    private static final class Asset {
        private final String type;
        private final byte[] content;

        private Asset(String type, byte[] content) {
            this.type = type;
            this.content = content;
        }
    }

    /** The files of the portal itself, with the colours of {@code accent}. */
    static Assets of(Accent accent, Optional<Logo> logo) {
        Assets assets = new Assets();
        byte[] css = (accent.css() + new String(resource("portal.css"), StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        assets.add("portal.css", "text/css; charset=utf-8", css);
        assets.add("portal.js", "text/javascript; charset=utf-8", resource("portal.js"));
        assets.add("icon.svg", "image/svg+xml", resource("icon.svg"));
        logo.ifPresent(file -> assets.add("logo." + file.extension(), file.type(), file.content()));
        return assets;
    }

    /** The path of the file of that name. */
    String path(String name) {
        String path = paths.get(name);
        if (path == null) {
            throw new IllegalArgumentException("no asset " + name);
        }
        return path;
    }

    /** Answers with the file at the path of the request. */
    void serve(PortalExchange exchange) {
        Asset asset = byPath.get(exchange.path());
        if (asset == null) {
            exchange.refuse(404, "no such file");
            return;
        }
        exchange.setHeader("Cache-Control", "public, max-age=31536000, immutable");
        exchange.send(200, asset.type, asset.content);
    }

    private void add(String name, String type, byte[] content) {
        String path = PortalPath.ASSET.of(hash(content) + "/" + name);
        paths.put(name, path);
        byPath.put(path, new Asset(type, content));
    }

    private static String hash(byte[] content) {
        return HexFormat.of().formatHex(Digests.sha256(content)).substring(0, HASH_LENGTH);
    }

    private static byte[] resource(String name) {
        try (InputStream stream = Assets.class.getResourceAsStream("assets/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("the program lacks its file " + name);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the program's file " + name + " cannot be read", e);
        }
    }
}
