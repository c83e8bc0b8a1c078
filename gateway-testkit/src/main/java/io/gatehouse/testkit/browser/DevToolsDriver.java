package io.gatehouse.testkit.browser;

import java.net.URL;
import java.time.Duration;
import java.util.Map;
import org.openqa.selenium.Capabilities;
import org.openqa.selenium.remote.CommandInfo;
import org.openqa.selenium.remote.HttpCommandExecutor;
import org.openqa.selenium.remote.RemoteWebDriver;
import org.openqa.selenium.remote.http.ClientConfig;
import org.openqa.selenium.remote.http.HttpClient;
import org.openqa.selenium.remote.http.HttpMethod;

/** A WebDriver client that also carries commands of the DevTools protocol, which chromedriver passes on. */
final class DevToolsDriver extends RemoteWebDriver {
    private static final String COMMAND = "executeCdpCommand";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    DevToolsDriver(URL chromedriver, Capabilities capabilities) {
        super(
                new HttpCommandExecutor(
                        HttpClient.Factory.createDefault()
                                .createClient(ClientConfig.defaultConfig()
                                        .baseUrl(chromedriver)
                                        .readTimeout(LIMIT)),
                        Map.of(COMMAND, new CommandInfo("/session/:sessionId/goog/cdp/execute", HttpMethod.POST)),
                        chromedriver),
                capabilities);
    }

    /** Carries out a method of the DevTools protocol in the current page. */
    void tell(String method, Map<String, ?> parameters) {
        execute(COMMAND, Map.of("cmd", method, "params", parameters));
    }
}
