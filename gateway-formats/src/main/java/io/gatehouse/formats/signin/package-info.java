/** What sign-in methods decide and count alike: channel bindings, rejections, results. */
@NullMarked
package io.gatehouse.formats.signin;

import org.jspecify.annotations.NullMarked;
