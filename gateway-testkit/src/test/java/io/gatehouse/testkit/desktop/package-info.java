@NullMarked
package io.gatehouse.testkit.desktop;

import org.jspecify.annotations.NullMarked;
