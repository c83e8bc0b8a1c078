package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** Reads what the portal answers: its forms, redirects and secrets. */
final class PortalAnswers {
    private PortalAnswers() {}

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** Where a redirect leads. */
    static String location(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(text(response)).isEqualTo(303);
        return response.headers().firstValue("Location").orElseThrow();
    }

    /** What stands in a hidden field. */
    static String field(HttpResponse<byte[]> page, String name) {
        assertThat(text(page)).contains("name=\"" + name + "\"");
        return text(page).replaceAll("(?s).*name=\"" + name + "\" value=\"([^\"]+)\".*", "$1");
    }

    /** The key of an app that is being set up, in base32. */
    static String secret(HttpResponse<byte[]> page) {
        assertThat(page.statusCode()).as(text(page)).isEqualTo(200);
        return text(page)
                .replaceAll("(?s).*<code id=\"secret\" class=\"secret\">([A-Z2-7 ]+)</code>.*", "$1")
                .replace(" ", "");
    }

    /** The recovery codes of a page; none when it has none. */
    static List<String> codes(HttpResponse<byte[]> page) {
        return Pattern.compile("<li><code>([a-z2-7-]+)</code></li>")
                .matcher(text(page))
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
