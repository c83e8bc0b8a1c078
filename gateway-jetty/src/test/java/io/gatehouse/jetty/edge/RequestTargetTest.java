package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
    /** What browsers, mstsc, FreeRDP and Kerberos clients ask for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/remoteDesktopGateway/",
                "/remoteDesktopGateway",
                "/REMOTEDESKTOPGATEWAY/",
                "/remoteDesktopGateway?ConId={d90ec724-75bd-48dd-b9f1-38499f19f8c4}&CorId=1",
                "/KdcProxy",
                "/signin?return_to=%2Fconnect%2Fecho.rdp%3Faudio%3Doff",
                "/signin/corp-idp/callback?code=a/../b;c%2e&state=//",
                "/connect/my_pc-1.rdp",
                "/assets/0a1b/portal.css",
                "/rpc/rpcproxy.dll?localhost:3388",
                "/.well-known/security.txt",
                "/...",
                "http://gw.example.com/remoteDesktopGateway/",
                "HTTPS://gw.example.com:443/connect/x.rdp?y",
                "https://gw.example.com",
                "https://gw.example.com?x",
            })
    void canonicalPathsHaveNoProblem(String target) {
        assertThat(RequestTarget.problem(target)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '`', textBlock = """
            /remoteDesktopGateway/../connect/x.rdp              ! segment ".." in the path (expected no relative segments)
            /remoteDesktopGateway/./x                           ! segment "." in the path (expected no relative segments)
            /remoteDesktopGateway/..                            ! segment ".." in the path (expected no relative segments)
            /connect/x.rdp/.                                    ! segment "." in the path (expected no relative segments)
            //remoteDesktopGateway/connect/x.rdp                ! an empty segment in the path (expected no //)
            /remoteDesktopGateway//                             ! an empty segment in the path (expected no //)
            http://gw//connect/x.rdp                            ! an empty segment in the path (expected no //)
            http://gw/remoteDesktopGateway/../x                 ! segment ".." in the path (expected no relative segments)
            /remoteDesktopGateway/x;/../../connect/x.rdp        ! character ";" in the path
            /connect/x.rdp;jsessionid=1                         ! character ";" in the path
            /remoteDesktopGateway/%2e%2e/connect/x.rdp          ! character "%" in the path
            /remoteDesktopGateway%2f..%2fconnect/x.rdp          ! character "%" in the path
            /%72emoteDesktopGateway/                            ! character "%" in the path
            /connect/x%2Erdp                                    ! character "%" in the path
            /connect/x%00.rdp                                   ! character "%" in the path
            /remoteDesktopGateway\\..\\connect/x.rdp            ! character "\\" in the path
            /remoteDesktopGateway/#/../../connect/x.rdp         ! a fragment in the request target (expected none)
            /connect/x.rdp?y#z                                  ! a fragment in the request target (expected none)
            /connect/caf\u00e9.rdp                              ! character U+00E9 in the path
            /connect/a|b                                        ! character "|" in the path
            *                                                   ! a request target without a path
            connect/x.rdp                                       ! a request target without a path
            gw.example.com:443                                  ! a request target without a path
            ftp://gw/connect/x.rdp                              ! a request target without a path
            http:/connect/x.rdp                                 ! a request target without a path
            http:///connect/x.rdp                               ! a request target without a path
            http://gw\\@evil/connect/x.rdp                      ! a request target without a path
            """)
    void everyOtherSpellingHasOne(String target, String problem) {
        assertThat(RequestTarget.problem(target))
                .hasValueSatisfying(told -> assertThat(told).startsWith(problem));
    }

    @org.junit.jupiter.api.Test
    void anEmptyTargetHasNoPath() {
        assertThat(RequestTarget.problem("")).isPresent();
        assertThat(RequestTarget.problem("?x")).isPresent();
    }
}
