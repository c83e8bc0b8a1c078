package io.gatehouse.dist;

/** The instructions that the demo prints: how to connect to it with a browser, mstsc and FreeRDP. */
final class DemoInstructions {
    private DemoInstructions() {}

    /**
     * The whole text, for the gateway on {@code port} and the desktop {@code target} ({@code host:port}).
     *
     * @param desktopAnswers whether an RDP server listens there now
     */
    static String of(DemoFolder folder, int port, String target, boolean desktopAnswers) {
        return """

                Gatehouse runs on https://localhost:%2$d

                  gateway account   %3$s
                  password          %4$s

                %9$s
                With a browser: %8$s
                  The browser warns about the certificate, because the demo made it itself: continue to the page. Sign in
                  with the account above, click Connect, and open the file with mstsc or xfreerdp. The client asks for no
                  gateway password then. "Help" explains how to make Windows trust the files.

                With mstsc (Windows), from another machine: Show Options > Advanced > Settings
                  Use these RD Gateway server settings; server name   %1$s:%2$d
                  uncheck "Bypass RD Gateway server for local addresses"
                  General > Computer   %5$s
                  Sign in to the gateway as %3$s with the password above, then to the desktop.
                  mstsc accepts no certificate that it does not trust, and no IP address as server name: first install
                  %6$s
                  on the Windows machine, in "Trusted Root Certification Authorities" (a double click on a copy named .crt),
                  and make sure that the name %1$s resolves to this machine. mstsc was never tried; tell us how it went.

                With FreeRDP 2.x
                  xfreerdp /v:%5$s /u:YOU /g:localhost:%2$d /gu:%3$s /gp:%4$s /gt:http /cert:ignore

                With FreeRDP 3.x
                  xfreerdp3 /v:%5$s /u:YOU /gateway:g:localhost:%2$d,u:%3$s,p:%4$s,type:http /cert:ignore

                YOU is your account on the desktop. RDP servers on ports 3389 to 3399 of this machine can be reached.
                Files are in %7$s; who did what is in audit.jsonl there.
                """.formatted(
                        folder.hostName(),
                        port,
                        DemoFolder.USER,
                        folder.password(),
                        target,
                        folder.certificate(),
                        folder.folder(),
                        folder.portal(port),
                        desktopAnswers ? "" : withoutDesktop(target));
    }

    private static String withoutDesktop(String target) {
        return """

                No RDP server answers on %s yet, so the lines below sign in to the gateway and then find no desktop.
                To get one: ./run --desktop of the repository starts one beside the demo; or install xrdp (apt-get install xrdp)
                or another RDP server on this machine; or name one that runs already with --target HOST:PORT.
                """.formatted(target);
    }
}
