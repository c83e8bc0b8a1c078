@NullMarked
package io.gatehouse.jetty.activity;

import org.jspecify.annotations.NullMarked;
