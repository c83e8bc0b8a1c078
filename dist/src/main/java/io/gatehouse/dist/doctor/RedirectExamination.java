package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Begins the sign-in at each identity provider of the portal as a browser does, asks the identity provider not to show
 * a page ({@code prompt=none} of OpenID Connect Core 3.1.2.1), and looks whether it sends the browser back to the
 * redirect URI of the gateway. It does that only if it knows the client with this redirect URI.
 */
public final class RedirectExamination implements Examination {
    private static final Duration PATIENCE_FOR_ANSWER = Duration.ofSeconds(15);
    /** Several times the size of a page. */
    private static final int MOST_BYTES = 1 << 20;

    private static final Pattern WAY = Pattern.compile("href=\"(/signin/[A-Za-z0-9_.~-]+)\\?");

    private final URI portal;
    private final List<X509Certificate> authorities;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * An examination of the portal.
     *
     * @param authorities to be trusted beside those of the system
     */
    public RedirectExamination(URI portal, List<X509Certificate> authorities) {
        this.portal = portal;
        this.authorities = List.copyOf(authorities);
    }

    @Override
    public String subject() {
        return "redirect URIs of " + portal;
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(50);
    }

    @Override
    public List<Finding> examine() throws InterruptedException {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(VerifiedTls.context(authorities))
                .connectTimeout(PATIENCE_FOR_ANSWER)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build()) {
            String page = get(client, portal.resolve("/signin")).body();
            for (String way : WAY.matcher(page)
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .distinct()
                    .toList()) {
                Optional<URI> away = location(get(client, portal.resolve(way)), portal);
                if (away.isPresent()) {
                    ask(client, way, away.get());
                }
            }
        } catch (IOException exception) {
            // What keeps the portal from answering is a finding of its certificate, its name or the proxy.
        }
        return List.copyOf(findings);
    }

    private static HttpResponse<String> get(HttpClient client, URI address) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(address).timeout(PATIENCE_FOR_ANSWER).build(),
                HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), MOST_BYTES));
    }

    private static Optional<URI> location(HttpResponse<String> response, URI base) {
        try {
            return response.headers().firstValue("Location").map(base::resolve);
        } catch (IllegalArgumentException exception) {
            return Optional.empty();
        }
    }

    private void ask(HttpClient client, String way, URI away) throws InterruptedException {
        String redirect = parameter(away, "redirect_uri")
                .orElseGet(() -> portal.resolve(way + "/callback").toString());
        String who = "client " + parameter(away, "client_id").orElse("of " + way) + " at " + away.getHost();
        try {
            HttpResponse<String> answer = get(client, silent(away));
            boolean back = location(answer, away)
                            .map(URI::toString)
                            .filter(to -> to.startsWith(redirect))
                            .isPresent()
                    || answer.body().contains("login_required"); // response_mode=form_post
            if (back) {
                return;
            }
            if (answer.statusCode() >= 400 && answer.statusCode() < 500) {
                findings.add(Finding.fault(
                        "portal.redirect-uri",
                        "the identity provider refuses the sign-in of " + who + " with status " + answer.statusCode()
                                + ", as it does if the redirect URI is not registered",
                        "register exactly this redirect URI for the client: " + redirect));
                return;
            }
            unknown(who, "it answered with status " + answer.statusCode(), redirect);
        } catch (IOException exception) {
            unknown(who, String.valueOf(exception.getMessage()), redirect);
        }
    }

    private void unknown(String who, String why, String redirect) {
        findings.add(Finding.note(
                "portal.redirect-uri-unseen",
                "whether " + who + " has the redirect URI of the gateway cannot be seen without a browser: " + why,
                "compare it with what is registered there: " + redirect));
    }

    /** The same request, without a page for the user. */
    private static URI silent(URI away) {
        String query = Stream.concat(
                        Arrays.stream(Optional.ofNullable(away.getRawQuery())
                                        .orElse("")
                                        .split("&", -1))
                                .filter(pair -> !pair.isEmpty() && !pair.startsWith("prompt=")),
                        Stream.of("prompt=none"))
                .collect(Collectors.joining("&"));
        String text = away.toString();
        int end = text.indexOf('?');
        return URI.create((end < 0 ? text : text.substring(0, end)) + "?" + query);
    }

    private static Optional<String> parameter(URI address, String name) {
        return Arrays.stream(
                        Optional.ofNullable(address.getRawQuery()).orElse("").split("&", -1))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                .findFirst();
    }
}
